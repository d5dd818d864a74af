"""The way to a value that another file, a variable, a block or an override has set."""

from __future__ import annotations

from tests.cases.case import BASE, Case

NAME = "name: lenet\n"
OPTIMIZER = "    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}\n"
FLATTEN = "      - Flatten\n"
CONV = "{type: Conv2d, out_channels: 16, kernel_size: $block.w}"
PAIR = f"pair: {{parameters: {{w: 1}}, layers: [{CONV}]}}"
SIZED = BASE.replace(NAME, f"{NAME}vars: {{w: 4}}\n").replace(
    "batch_size: 4", "batch_size: $vars.w"
)


def block(name: str, code: str, words: str, blocks: str, use: str = "pair", **more: int) -> Case:
    text = BASE.replace(FLATTEN, f"      - {use}\n{FLATTEN}")
    return Case(name, code, words, new=text.replace(NAME, f"{NAME}blocks: {blocks}\n"), **more)


def reference(name: str, written: str, *, code: str = "reference", words: str = "") -> Case:
    text = BASE.replace(NAME, f"{NAME}vars: {{count: 3}}\n").replace(
        "epochs: 1", f"epochs: {written}"
    )
    return Case(name, code, words or written, new=text)


def over(name: str, code: str, words: str, base: str, text: str) -> Case:
    return Case(name, code, words, new=f"extends: base.yaml\n{text}", beside={"base.yaml": base})


def beside(name: str, code: str, words: str, two: str, *, count: int = 1) -> Case:
    files = {"base.yaml": BASE, "two.yaml": two}
    return Case(
        name, code, words, new="extends: [base.yaml, two.yaml]\n", beside=files, count=count
    )


def override(name: str, code: str, words: str, *texts: str) -> Case:
    return Case(name, code, words, overrides=texts)


CASES = [
    # lists and mappings
    Case("list_of_an_override", "type", "batch_size: $vars.size", "batch_size: 4", "batch_size: $vars.size", overrides=("vars.size=[1, 2]",)),
    Case("mapping_of_a_variable", "component", "$vars.sgd", OPTIMIZER, "    optimizer: $vars.sgd\n", overrides=("vars={sgd: {lr: 1}}",)),
    block("list_given_to_a_block", "type", "kernel_size: $block.w", f"{{{PAIR}}}", "{type: pair, w: [1, 2, 3]}"),
    block("list_of_a_block_s_own", "type", "kernel_size: $block.w", f"{{{PAIR.replace('w: 1', 'w: [1, 2, 3]')}}}"),
    # vars
    Case("vars_are_a_number", "not-a-mapping", "3", "seed: 0", "seed: $vars.a\nvars: 3"),
    Case("vars_are_a_list", "not-a-mapping", "[1]", NAME, f"{NAME}vars: [1]\n"),
    Case("vars_are_a_number_by_an_override", "not-a-mapping", "3", overrides=("vars=3",)),
    Case("variable_that_is_a_parameter", "reference", "$block.w", "seed: 0", "seed: $vars.a\nvars: {a: $block.w}"),
    Case("empty_variable", "type", "a: ", "seed: 0", "seed: $vars.a\nvars: {a: }"),
    Case("unused_variable_beside_a_near_one", "unused", "ww", new=SIZED, overrides=("vars.ww=8",)),
    over("unused_variable_over_a_near_one", "unused", "W", SIZED, "vars: {W: 8}\n"),
    # references
    reference("reference_without_vars", "$count"),
    reference("reference_with_braces", "${vars.count}"),
    reference("reference_in_a_product", "$vars.count * 2"),
    reference("product_with_a_reference", "2*$vars.count"),
    reference("fact_in_a_product", "$data.num_classes * 2"),
    reference("reference_in_quotes", "'$vars.count'", code="type", words="epochs: '$vars.count'"),
    # blocks
    block("parameter_where_no_block_is", "reference", "$block.z", f"{{{PAIR}}}", "{type: pair, w: $block.z}"),
    block("parameter_of_a_parameter", "reference", "$block.v", f"{{{PAIR.replace('w: 1', 'v: 1, w: $block.v')}}}"),
    block("parameter_by_its_name_alone", "reference", "$w", f"{{{PAIR.replace('$block.w', '$w')}}}"),
    block("parameter_of_the_block_by_name", "reference", "$pair.w", f"{{{PAIR.replace('$block.w', '$pair.w')}}}"),
    block("parameter_of_blocks", "reference", "$blocks.w", f"{{{PAIR.replace('$block.w', '$blocks.w')}}}"),
    block("parameter_without_a_name", "reference", "$block", f"{{{PAIR.replace('$block.w', '$block')}}}"),
    block("parameter_in_a_product", "reference", "2*$block.w", f"{{{PAIR.replace('$block', '2*$block')}}}"),
    block("params_of_a_block", "unknown-key", "params", f"{{{PAIR.replace('parameters', 'params')}}}", "{type: pair, w: 1}"),
    block("parameters_are_a_list", "not-a-mapping", "parameters: [w]", f"{{{PAIR.replace('{w: 1}', '[w]')}}}", "{type: pair, w: 1}"),
    block("layer_of_a_block", "unknown-key", "layer", "{pair: {layer: [ReLU]}}"),
    block("empty_block", "type", "pair: ", "{pair: }"),
    block("blocks_are_a_list", "not-a-mapping", "[{pair: {layers: [ReLU]}}]", "[{pair: {layers: [ReLU]}}]"),
    over("misspelt_parameter_over_a_block", "block", "widht", BASE.replace(NAME, f"{NAME}blocks: {{pair: {{parameters: {{width: 3}}, layers: [{{type: Linear, out_features: $block.width}}]}}}}\n"), "blocks: {pair: {parameters: {widht: 4}}}\n"),
    # a list of files
    beside("after_no_stage_of_the_list", "order", "trian", "stages: {tell: {type: evaluate, after: trian}}\n"),
    beside("null_removes_no_stage_of_the_list", "type", "reprot: null", "stages: {reprot: null}\n"),
    over("after_a_reference", "reference", "$vars.s", BASE, "stages: {tell: {type: evaluate, after: $vars.s}}\n"),
    Case("extends_a_reference", "extends", "$vars.base", new="extends: $vars.base\n"),
    over("mapping_over_a_reference", "component", "{lr: 0.3}", BASE.replace(NAME, f"{NAME}vars: {{sgd: {{type: SGD, lr: 1}}}}\n").replace(OPTIMIZER, "    optimizer: $vars.sgd\n"), "stages: {train: {optimizer: {lr: 0.3}}}\n"),
    # what was removed
    Case("empty_stage", "type", "report:", "report: {}", "report:"),
    Case("empty_stage_of_no_type", "type", "evaluate2:", "report: {}", "evaluate2:"),
    over("null_removes_no_block", "type", "pair: null", BASE, "blocks: {pair: null}\n"),
    over("removed_variable", "reference", "$vars.w", SIZED, "vars: {w: null}\n"),
    over("removed_block", "unknown-component", "pair", BASE.replace(NAME, f"{NAME}blocks: {{{PAIR}}}\n").replace(FLATTEN, f"      - pair\n{FLATTEN}"), "blocks: {pair: null}\n"),
    # overrides
    override("override_beside_its_opposite", "value", "steps=10", "train.steps=10"),
    override("override_of_a_type_alone", "unknown-key", "momentum", "train.optimizer.type=Adam"),
    override("override_begins_a_mapping", "from", "model=train_it", "evaluate.from.model=train_it"),
    override("override_begins_a_component", "component", "scheduler", "train.scheduler.step_size=3"),
    override("override_without_the_stage", "override", "epochs", "epochs=2"),
    override("override_of_a_key_far_below", "override", "lr", "lr=0.1"),
    override("override_from_the_middle", "override", "optimizer", "optimizer.lr=0.1"),
    override("override_of_a_layer_alone", "override", "conv1", "conv1.out_channels=8"),
    override("override_of_a_layer_of_a_stage", "override", "conv1", "build_model.conv1.out_channels=8"),
    Case("override_of_a_variable_alone", "override", "w", new=SIZED, overrides=("w=8",)),
    override("override_removes_a_misspelt_stage", "override", "trian", "trian=null"),
    override("override_with_a_new_stage", "override", "e2", "e2={type: evaluate}"),
    override("override_with_a_decimal_comma", "type", "5", "train.scheduler={type: StepLR, step_size: 0,5}"),
    override("override_from_the_end", "override", "-1", "build_model.layers.-1=ReLU"),
]  # fmt: skip
