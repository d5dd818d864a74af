"""Blocks: how they are declared, and how they are used."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import (
    FLATTEN,
    NAME,
    PAIR,
    SIZED_PAIR,
    STAGES,
    block,
    over,
    used,
    with_blocks,
)

CASES = [
    with_blocks("parameter_where_no_block_is", "reference", "$block.z", f"{{{SIZED_PAIR}}}", "{type: pair, w: $block.z}"),
    with_blocks("parameter_of_a_parameter", "reference", "$block.v", f"{{{SIZED_PAIR.replace('w: 1', 'v: 1, w: $block.v')}}}"),
    with_blocks("params_of_a_block", "unknown-key", "params", f"{{{SIZED_PAIR.replace('parameters', 'params')}}}", "{type: pair, w: 1}"),
    with_blocks("parameters_are_a_list", "not-a-mapping", "parameters: [w]", f"{{{SIZED_PAIR.replace('{w: 1}', '[w]')}}}", "{type: pair, w: 1}"),
    with_blocks("layer_of_a_block", "unknown-key", "layer", "{pair: {layer: [ReLU]}}"),
    with_blocks("blocks_are_a_list", "not-a-mapping", "[{pair: {layers: [ReLU]}}]", "[{pair: {layers: [ReLU]}}]"),
    over("misspelt_parameter_over_a_block", "block", "widht", "blocks: {pair: {parameters: {widht: 4}}}\n", base=BASE.replace(NAME, f"{NAME}blocks: {{pair: {{parameters: {{width: 3}}, layers: [{{type: Linear, out_features: $block.width}}]}}}}\n")),
    over("removed_block", "unknown-component", "pair: null", "blocks: {pair: null}\n", base=BASE.replace(NAME, f"{NAME}blocks: {{{SIZED_PAIR}}}\n").replace(FLATTEN, f"      - pair\n{FLATTEN}")),
    used("block_without_its_parameter", "missing-key", "pair", PAIR, "pair"),
    used("block_parameter_misspelt", "unknown-key", "widht", PAIR, "{type: pair, widht: 4}"),
    used("block_reference_misspelt", "reference", "$block.widht", PAIR.replace("$block.width", "$block.widht"), "{type: pair, width: 4}"),
    used("block_in_itself", "block", "pair", "{layers: [pair]}", "pair"),
    Case("block_called_like_a_layer", "block", "resnet18", STAGES, "blocks:\n  resnet18: {layers: [ReLU]}\nstages:\n"),
    Case("block_without_layers", "block", "pair", STAGES, block("{parameters: {width: 1}}")),
    Case("block_parameter_without_use", "block", "width", STAGES, block("{parameters: {width: 1}, layers: [ReLU]}")),
    Case("block_reference_outside", "reference", "$block.width", "out_channels: 16", "out_channels: $block.width"),
    Case("block_reference_as_type", "reference", "$block.pair", "      - ReLU\n", "      - {type: $block.pair}\n"),
    Case("unused_block", "unused", "pair", "name: lenet\n", "name: lenet\nblocks: {pair: {layers: [ReLU]}}\n"),
]  # fmt: skip
