"""References to variables, to parameters of blocks and to the data."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import (
    BATCH,
    METRICS,
    NAME,
    SHAPES,
    SIZED,
    SIZED_PAIR,
    edited,
    over,
    reference,
    with_blocks,
)

CASES = [
    Case("var_misspelt", "reference", "$vars.widht", "name: lenet\nseed: 0", "vars: {width: 3}\nseed: $vars.widht"),
    Case("var_without_vars", "reference", "$vars.width", "seed: 0", "seed: $vars.width"),
    Case("var_in_a_cycle", "reference", "$vars.b", "seed: 0", "vars: {a: $vars.b, b: $vars.a}\nseed: $vars.a"),
    Case("var_inside_a_text", "reference", "net_$vars.width", "name: lenet", "vars: {width: 3}\nname: net_$vars.width"),
    Case("reference_to_the_environment", "reference", "$HOME", "name: lenet", "name: $HOME"),
    Case("value_of_a_network_that_has_none", "reference", "$model.mean", "transforms:\n", "transforms:\n      - {type: Normalize, mean: $model.mean, std: $model.std}\n"),
    Case("reference_to_an_unknown_value_of_the_network", "reference", "$model.means", "out_features: 10, id", "out_features: $model.means, id"),
    Case("reference_to_an_unknown_fact", "reference", "$data.classes", "out_features: 10, id", "out_features: $data.classes, id"),
    Case("misspelt_vars", "reference", "$var.width", "seed: 0", "vars: {width: 3}\nseed: $var.width"),
    Case("vars_are_a_number", "not-a-mapping", "3", "seed: 0", "seed: $vars.a\nvars: 3"),
    Case("vars_are_a_list", "not-a-mapping", "[1]", NAME, f"{NAME}vars: [1]\n"),
    Case("vars_are_a_number_by_an_override", "not-a-mapping", "3", overrides=("vars=3",)),
    Case("variable_that_is_a_parameter", "reference", "$block.w", "seed: 0", "seed: $vars.a\nvars: {a: $block.w}"),
    Case("unused_variable_beside_a_near_one", "override", "ww=8", new=SIZED, overrides=("vars.ww=8",)),
    over("unused_variable_over_a_near_one", "unused", "W", "vars: {W: 8}\n", base=SIZED),
    reference("reference_without_vars", "$count"),
    reference("reference_with_braces", "${vars.count}"),
    reference("reference_in_a_product", "$vars.count * 2"),
    reference("product_with_a_reference", "2*$vars.count"),
    reference("fact_in_a_product", "$data.num_classes * 2"),
    with_blocks("parameter_by_its_name_alone", "reference", "$w", f"{{{SIZED_PAIR.replace('$block.w', '$w')}}}"),
    with_blocks("parameter_of_the_block_by_name", "reference", "$pair.w", f"{{{SIZED_PAIR.replace('$block.w', '$pair.w')}}}"),
    with_blocks("parameter_of_blocks", "reference", "$blocks.w", f"{{{SIZED_PAIR.replace('$block.w', '$blocks.w')}}}"),
    with_blocks("parameter_without_a_name", "reference", "$block", f"{{{SIZED_PAIR.replace('$block.w', '$block')}}}"),
    with_blocks("parameter_in_a_product", "reference", "2*$block.w", f"{{{SIZED_PAIR.replace('$block', '2*$block')}}}"),
    over("removed_variable", "reference", "w: null", "vars: {w: null}\n", base=SIZED),
    Case("length_without_a_value", "reference", "$vars.x", "epochs: 1", "epochs: $vars.x"),
    Case("dollar_alone", "reference", "$", "epochs: 1", "epochs: $"),
    Case("batch_by_its_own_data", "reference", "$data.num_classes", BATCH, "batch_size: $data.num_classes"),
    edited("dataset_by_itself", "reference", "$data.num_classes", (SHAPES, "{type: Shapes, num_classes: $data.num_classes}"), ("out_features: 10", "out_features: $data.num_classes")),
    edited("classes_of_targets_that_are_numbers", "reference", "$data.num_classes", (SHAPES, "{type: Random, image_shape: [3, 32, 32], target_shape: [3]}"), ("      - ToTensor\n", ""), ("out_features: 10", "out_features: $data.num_classes"), ("CrossEntropyLoss", "MSELoss"), (METRICS, "loss: MSELoss"), ("  predict: {split: test, count: 4}\n", "")),
    Case("classes_of_no_data", "reference", "$data.num_classes", new="version: 1\nstages:\n  build_model: {input_shape: [3, 8, 8], layers: [Flatten, {type: Linear, out_features: $data.num_classes}]}\n"),
    Case("unused_variable", "unused", "width", "name: lenet\n", "name: lenet\nvars: {width: 8}\n"),
    Case("unused_variable_of_an_override", "override", "width=8", overrides=("vars.width=8",)),
]  # fmt: skip
