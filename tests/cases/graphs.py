"""Blocks, inputs by id, joins, layers inside of layers, how parameters begin and what is trained."""

from __future__ import annotations

from tests.cases.case import Case

FLATTEN = "      - Flatten\n"
STAGES = "stages:\n"
CONV = "      - {type: Conv2d, out_channels: 16, kernel_size: 5, id: conv2}\n"
POOL = "      - {type: MaxPool2d, kernel_size: 2, stride: 2}\n"


def behind(text: str) -> str:
    return f"{FLATTEN.rstrip()}\n      - {text}\n"


def block(text: str) -> str:
    return f"blocks:\n  pair: {text}\n{STAGES}"


def used(name: str, code: str, words: str, text: str, use: str, count: int = 1) -> Case:
    """A block and a use of it above the convolution."""
    return Case(
        name, code, words, STAGES, block(text), (f"build_model.layers.4={use}",), count=count
    )


PAIR = (
    "{parameters: {width: }, layers: [{type: Conv2d, out_channels: $block.width, kernel_size: 1}]}"
)

CASES = [
    Case("join_without_inputs", "input", "Add", FLATTEN, behind("Add")),
    Case("input_misspelt", "input", "conv3", FLATTEN, behind("{type: Add, input: [conv1, conv3]}")),
    Case("input_from_below", "input", "fc1", FLATTEN, behind("{type: ReLU, input: fc1}")),
    Case("two_inputs_for_one", "input", "input: [conv1, conv2]", FLATTEN, behind("{type: ReLU, input: [conv1, conv2]}")),
    Case("input_of_the_wrong_form", "type", "input: 3", FLATTEN, behind("{type: ReLU, input: 3}")),
    Case("sum_of_unequal_shapes", "shape", "input: [conv1, conv2]", FLATTEN, behind("{type: Add, input: [conv1, conv2]}")),
    Case("shared_layer_is_not_there", "input", "conv9", FLATTEN, behind("{type: Shared, of: conv9}")),
    Case("shared_layer_does_not_fit", "shape", "Shared", FLATTEN, behind("{type: Shared, of: conv1}")),
    Case("layer_called_input", "layer-id", "id: input", "id: conv2", "id: input"),
    Case("residual_of_another_shape", "shape", "Residual", CONV, "      - {type: Residual, layers: [{type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}]}\n"),
    Case("residual_with_another_shortcut", "shape", "shortcut: [Identity]", CONV, "      - {type: Residual, layers: [{type: Conv2d, out_channels: 16, kernel_size: 1}], shortcut: [Identity]}\n"),
    Case("misfit_inside_a_layer", "shape", "num_features: 3", CONV, "      - {type: Sequential, layers: [ReLU, {type: BatchNorm2d, num_features: 3}]}\n"),
    Case("unknown_layer_inside_a_layer", "unknown-component", "Relu", CONV, "      - {type: Sequential, layers: [Relu]}\n"),
    Case("no_layers_inside", "value", "layers: []", CONV, "      - {type: Sequential, layers: []}\n"),
    Case("repeated_no_times", "value", "repeat: 0", CONV, "      - {type: Sequential, layers: [ReLU], repeat: 0}\n"),
    Case("frozen_by_a_word", "type", "trainable: maybe", "id: conv2", "trainable: maybe"),
    Case("trainable_names_nothing", "value", "trainable: [wait]", "id: conv2", "trainable: [wait]"),
    Case("unknown_initializer", "unknown-component", "kaiming_norm_", "id: conv2", "initialize: kaiming_norm_"),
    Case("initializer_for_nothing", "value", "initialize: {wight: zeros_}", "id: conv2", "initialize: {wight: zeros_}"),
    Case("initializer_of_a_bias", "value", "initialize: {bias: xavier_normal_}", "id: conv2", "initialize: {bias: xavier_normal_}"),
    Case("pad_shortcut_takes_channels_away", "argument", "out_channels: 2", CONV, "      - {type: PadShortcut, out_channels: 2}\n"),
    Case("permuted_batch", "value", "Permute", FLATTEN, behind("{type: Permute, dims: [1, 0]}")),
    # blocks
    used("block_without_its_parameter", "missing-key", "pair", PAIR, "pair"),
    used("block_parameter_misspelt", "unknown-key", "widht", PAIR, "{type: pair, widht: 4}"),
    used("block_misspelt", "unknown-component", "pare", PAIR, "{type: pare, width: 4}"),
    used("value_of_a_block_parameter", "value", "out_channels: $block.width", PAIR, "{type: pair, width: 0}"),
    used("misfit_in_a_block", "shape", "num_features: 3", "{layers: [{type: BatchNorm2d, num_features: 3}]}", "pair"),
    used("block_reference_misspelt", "reference", "$block.widht", PAIR.replace("$block.width", "$block.widht"), "{type: pair, width: 4}"),
    used("block_in_itself", "block", "pair", "{layers: [pair]}", "pair"),
    Case("block_called_like_a_layer", "block", "resnet18", STAGES, "blocks:\n  resnet18: {layers: [ReLU]}\nstages:\n"),
    Case("block_without_layers", "block", "pair", STAGES, block("{parameters: {width: 1}}")),
    Case("block_parameter_without_use", "block", "width", STAGES, block("{parameters: {width: 1}, layers: [ReLU]}")),
    Case("block_reference_outside", "reference", "$block.width", "out_channels: 16", "out_channels: $block.width"),
]  # fmt: skip
