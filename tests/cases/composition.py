"""extends, vars, references to the data, overrides, the order of stages."""

from __future__ import annotations

from tests.cases.case import BASE, Case, laid_over


def over(name: str, code: str, words: str, text: str, *, count: int = 1, **more: str) -> Case:
    new, beside = laid_over(text)
    return Case(name, code, words, new=new, beside={**beside, **more}, count=count)


def with_base(
    name: str, code: str, words: str, old: str, new: str, *, text: str = "seed: 1\n"
) -> Case:
    """The mistake is in the file that is extended."""
    assert old in BASE
    beside = {"base.yaml": BASE.replace(old, new, 1)}
    return Case(name, code, words, new=f"extends: base.yaml\n{text}", beside=beside)


def override(name: str, code: str, words: str, *texts: str) -> Case:
    return Case(name, code, words, overrides=texts)


CASES = [
    # extends
    Case("no_such_base", "extends", "bas.yaml", new="extends: bas.yaml\n", beside={"base.yaml": BASE}),
    Case("base_in_no_folder", "extends", "nets/base.yaml", new="extends: nets/base.yaml\n"),
    Case("extends_itself", "extends", "mine.yaml", new="extends: mine.yaml\n"),
    Case("extends_in_a_circle", "extends", "mine.yaml", new="extends: one.yaml\n", beside={"one.yaml": "extends: mine.yaml\n"}),
    Case("extends_a_number", "extends", "3", new="extends: 3\n"),
    Case("base_with_broken_text", "syntax", "[", new="extends: one.yaml\nversion: 1\n", beside={"one.yaml": "version: [1\n"}),
    with_base("wrong_value_in_the_base", "value", "lr: -0.001", "lr: 0.001", "lr: -0.001"),
    with_base("wrong_name_in_the_base", "unknown-component", "SDG", "type: SGD", "type: SDG"),
    with_base("wrong_shape_in_the_base", "shape", "kernel_size: 15", "kernel_size: 5, id: conv2", "kernel_size: 15, id: conv2"),
    with_base("base_made_wrong_by_the_file_above", "classes", "out_features: 10", "seed: 0", "seed: 0", text="stages: {load_data: {dataset: {num_classes: 4}}}\n"),
    Case("base_of_a_base", "value", "epochs: 0", new="extends: one.yaml\n", beside={"one.yaml": "extends: two.yaml\n", "two.yaml": BASE.replace("epochs: 1", "epochs: 0")}),
    over("value_over_a_base", "value", "lr: -1", "stages: {train: {optimizer: {lr: -1}}}\n"),
    over("argument_over_a_component_of_another_type", "unknown-key", "momentum", "stages: {train: {optimizer: {type: Adam, momentum: 0.9}}}\n"),
    over("null_removes_no_stage", "type", "tran: null", "stages: {tran: null}\n"),
    over("null_removes_what_is_needed", "needs", "train", "stages: {build_model: null}\n"),
    over("null_where_none_is_taken", "type", "batch_size: null", "stages: {load_data: {batch_size: null}}\n"),
    # the order
    over("after_no_stage", "order", "trian", "stages: {tell: {type: evaluate, after: trian}}\n"),
    over("after_and_before", "order", "before: train", "stages: {tell: {type: evaluate, after: train, before: train}}\n"),
    over("after_in_a_circle", "order", "after: two", "stages: {one: {type: evaluate, after: two}, two: {type: evaluate, after: one}}\n", count=2),
    over("before_what_it_needs", "needs", "tell", "stages: {tell: {type: evaluate, before: build_model}}\n"),
    # vars
    Case("var_misspelt", "reference", "$vars.widht", "name: lenet\nseed: 0", "vars: {width: 3}\nseed: $vars.widht"),
    Case("var_without_vars", "reference", "$vars.width", "seed: 0", "seed: $vars.width"),
    Case("var_in_a_circle", "reference", "$vars.b", "seed: 0", "vars: {a: $vars.b, b: $vars.a}\nseed: $vars.a"),
    Case("var_inside_a_text", "reference", "net_$vars.width", "name: lenet", "vars: {width: 3}\nname: net_$vars.width"),
    Case("reference_to_the_environment", "reference", "$HOME", "name: lenet", "name: $HOME"),
    Case("reference_to_an_unknown_fact", "reference", "$data.classes", "out_features: 10, id", "out_features: $data.classes, id"),
    Case("misspelt_vars", "reference", "$var.width", "seed: 0", "vars: {width: 3}\nseed: $var.width"),
    Case("var_of_the_wrong_type", "type", "batch_size: $vars.size", "batch_size: 4", "batch_size: $vars.size", overrides=("vars.size=four",)),
    Case("component_in_a_var", "value", "lr: -1", "    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}", "    optimizer: $vars.sgd", overrides=("vars={sgd: {type: SGD, lr: -1}}",)),
    # overrides
    override("override_of_an_unknown_key", "unknown-key", "epoch", "train.epoch=2"),
    override("override_of_an_unknown_layer", "override", "conv9", "build_model.layers.conv9.out_channels=8"),
    override("override_beyond_the_list", "override", "99", "build_model.layers.99=ReLU"),
    override("override_below_a_value", "override", "more", "train.epochs.more=1"),
    override("override_with_broken_text", "syntax", "[", "train.optimizer=[1"),
    override("override_with_a_value_out_of_range", "value", "batch_size=0", "load_data.batch_size=0"),
    override("override_with_a_wrong_shape", "shape", "kernel_size=33", "build_model.layers.conv1.kernel_size=33"),
    override("override_with_a_wrong_name", "unknown-component", "Adm", "train.optimizer={type: Adm, lr: 0.1}"),
    override("override_of_extends", "override", "extends", "extends=base.yaml"),
    override("second_override_is_wrong", "type", "seed=x", "train.epochs=2", "seed=x"),
    override("override_removes_what_is_needed", "needs", "train", "build_model=null"),
    Case("override_of_a_var", "type", "out_channels: $vars.width", "  - {type: Conv2d, out_channels: 6,", "  - {type: Conv2d, out_channels: $vars.width,", overrides=("vars.width=x",)),
]  # fmt: skip
