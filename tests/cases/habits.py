"""Habits of other languages, formats and keyboards."""

from __future__ import annotations

from tests.cases.case import Case

SEED = "seed: 0"
RELU = "      - ReLU\n"
FLATTEN = "      - Flatten\n"
CONV = "{type: Conv2d, out_channels: 6, kernel_size: 5, id: conv1}"
SGD = "{type: SGD, lr: 0.001, momentum: 0.9}"
EVALUATE = "{split: test, metrics: [accuracy, per_class_accuracy, confusion_matrix]}"
TO_TENSOR = "      - ToTensor\n"


def transform(name: str, code: str, words: str, text: str) -> Case:
    return Case(name, code, words, TO_TENSOR, f"{TO_TENSOR}      - {text}\n")


CASES = [
    # lists and mappings
    Case("no_value_in_braces", "syntax", "type:", "{type: Shapes, train: 40, test: 20}", "{type:}"),
    Case("no_last_value_in_braces", "syntax", "metrics:", EVALUATE, "{split: test, metrics:}"),
    Case("no_space_behind_a_dash", "syntax", "-ReLU", RELU, "      -ReLU\n"),
    Case("no_dash", "syntax", "Flatten", FLATTEN, "      Flatten\n"),
    Case("star_for_a_dash", "syntax", "*", FLATTEN, "      * Flatten\n"),
    # comments
    Case("comment_with_slashes", "syntax", "//", SEED, "// mine\nseed: 0"),
    Case("comment_with_a_semicolon", "syntax", ";", SEED, "; mine\nseed: 0"),
    Case("comment_with_dashes", "syntax", "--", SEED, "-- mine\nseed: 0"),
    Case("comment_with_slashes_in_a_stage", "syntax", "//", "    epochs: 1\n", "    // mine\n    epochs: 1\n"),
    Case("comment_with_slashes_behind_a_value", "type", "epochs: 1 // mine", "epochs: 1\n", "epochs: 1 // mine\n"),
    # characters
    Case("full_width_colon", "syntax", "seed\uff1a0", SEED, "seed\uff1a0"),
    Case("full_width_comma", "syntax", ":", "SGD, lr", "SGD\uff0c lr"),
    Case("full_width_digit", "type", "seed: \uff11", SEED, "seed: \uff11"),
    Case("no_break_space_behind_a_colon", "syntax", "seed:\u00a00", SEED, "seed:\u00a00"),
    Case("no_break_spaces_before_a_key", "syntax", "loss:", "    epochs", "\u00a0\u00a0\u00a0\u00a0epochs"),
    Case("no_break_space_behind_a_value", "type", "seed: 0\u00a0", SEED, "seed: 0\u00a0"),
    Case("no_width_in_a_key", "unknown-key", "batch\u200b_size", "batch_size", "batch\u200b_size"),
    Case("no_width_behind_a_name", "unknown-component", "SGD\u200b", "type: SGD", "type: SGD\u200b"),
    # values
    Case("decimal_comma", "type", "001", "lr: 0.001", "lr: 0,001"),
    Case("decimal_comma_on_its_line", "type", "log_every: 0,5", "log_every: 5", "log_every: 0,5"),
    Case("thousands", "type", "seed: 1_000", SEED, "seed: 1_000"),
    Case("percent", "type", "lr: 10%", "lr: 0.001", "lr: 10%"),
    Case("gpu", "value", "device: gpu", "device: cpu", "device: gpu"),
    Case("number_for_a_name", "type", "name: 1.0", "name: lenet", "name: 1.0"),
    Case("number_for_a_description", "type", "description: 3", SEED, "description: 3"),
    Case("stage_for_from", "type", "from: train", EVALUATE, "{from: train}"),
    Case("metric_without_a_list", "type", "metrics: accuracy", EVALUATE, "{metrics: accuracy}"),
    # components
    Case("call_with_positions", "unknown-component", "Conv2d(6, 5)", CONV, "Conv2d(6, 5)"),
    Case("call_with_names", "unknown-component", "SGD(lr=0.1, momentum=0.9)", SGD, "SGD(lr=0.1, momentum=0.9)"),
    Case("name_as_a_key", "component", "Conv2d: {out_channels: 6}", CONV, "Conv2d: {out_channels: 6}"),
    Case("name_as_a_key_in_braces", "component", "{SGD: {lr: 0.1}}", SGD, "{SGD: {lr: 0.1}}"),
    Case("left_out_loss", "left-out", "TripletMarginLoss", "CrossEntropyLoss", "TripletMarginLoss"),
    transform("falling_range", "value", "scale: [0.9, 0.1]", "{type: RandomResizedCrop, size: 32, scale: [0.9, 0.1]}"),
    transform("falling_range_or_number", "type", "brightness: [2, 1]", "{type: ColorJitter, brightness: [2, 1]}"),
    transform("even_size", "type", "kernel_size: [4, 2]", "{type: GaussianBlur, kernel_size: [4, 2]}"),
]  # fmt: skip
