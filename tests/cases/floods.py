"""One mistake, one finding: what only follows from another is held back, and nothing is hidden."""

from __future__ import annotations

from tests.cases.case import BASE, Case

DATASET = "{type: Shapes, train: 40, test: 20}"
FOLDER = "{type: ImageFolder, root: images}"
OPTIMIZER = "{type: SGD, lr: 0.001, momentum: 0.9}"
METRICS = "metrics: [accuracy, per_class_accuracy, confusion_matrix]"
MEAN = "mean: [0.5, 0.5, 0.5]"
BATCH = "batch_size: 4"
CONV = "{type: Conv2d, out_channels: 6, kernel_size: 5, id: conv1}"
LAST = "{type: Linear, out_features: 10, id: fc3}"
TRAIN = BASE[BASE.index("  train:\n") : BASE.index("  save:")]
LOAD = BASE[BASE.index("  load_data:\n") : BASE.index("  show_images:")]
LOADED = LOAD + BASE[BASE.index("  show_images:") :]
LATER = "  report: {}\n"
MISSING = "extends: bas.yaml\n"


def edited(name: str, code: str, words: str, *edits: tuple[str, str], count: int = 1) -> Case:
    """Several edits of the base."""
    text = BASE
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return Case(name, code, words, new=text, count=count)


def grouped(name: str, words: str, group: str) -> Case:
    return Case(name, "unknown-key", words, OPTIMIZER, f"{{type: SGD, lr: 0.1, groups: [{group}]}}")


CASES = [
    # a key that is misspelt, and what hangs on it
    Case("length_misspelt", "unknown-key", "epoch", "epochs: 1", "epoch: 1"),
    Case("length_without_a_value", "reference", "$vars.x", "epochs: 1", "epochs: $vars.x"),
    grouped("group_of_another_key", "betas", "{parameters: biases, betas: [0.9, 0.99]}"),
    grouped("patterns_misspelt", "params", "{params: biases, weight_decay: 0}"),
    Case("version_misspelt", "unknown-key", "verison", "version", "verison"),
    Case("stages_misspelt", "unknown-key", "stage", "stages:", "stage:"),
    edited("stages_misspelt_hide_nothing", "unknown-key", "Stages", ("stages:", "Stages:"), ("epochs: 1", "epochs: 0"), count=2),
    Case("extends_misspelt", "unknown-key", "extend", new="extend: base.yaml\n", beside={"base.yaml": BASE}),
    Case("vars_under_another_name", "unknown-key", "variables", "seed: 0", "seed: $vars.seed\nvariables: {seed: 1}"),
    edited("blocks_misspelt", "unknown-key", "block", ("stages:", "block: {pair: {layers: [ReLU]}}\nstages:"), ("- ReLU", "- pair")),
    Case("stage_id_in_capitals", "stage-id", "Train", "  train:\n", "  Train:\n"),
    Case("stage_id_with_a_dash", "stage-id", "load-data", "  load_data:\n", "  load-data:\n"),
    Case("placing_misspelt", "unknown-key", "befor", "report: {}", "mine: {type: evaluate, befor: predict}"),
    Case("type_misspelt", "unknown-key", "tpye", OPTIMIZER, "{tpye: SGD, lr: 0.1}"),
    Case("type_in_capitals", "unknown-key", "Type", OPTIMIZER, "{Type: SGD, lr: 0.1}"),
    Case("type_of_a_stage_misspelt", "unknown-key", "tpye", "report: {}", "evaluate_train: {tpye: evaluate}"),
    Case("arguments_under_one_key", "unknown-key", "args", CONV, "{type: Conv2d, args: [3, 6, 5], id: conv1}"),
    # stages that others need
    Case("no_data_at_all", "needs", "show_images", LOAD, ""),
    Case("data_is_null", "type", "load_data:", LOAD, "  load_data:\n"),
    Case("data_comes_last", "needs", "show_images", LOADED, LOADED.removeprefix(LOAD) + LOAD),
    edited("broken_stage_is_wired", "needs", "show_images", (LOAD, ""), ("{split: test, metrics", "{splt: test, metrics"), count=2),
    Case("bad_from_beside_a_bad_split", "from", "model: nowhere", "predict: {split: test", "predict: {from: {model: nowhere}, split: tst", count=2),
    Case("file_misspelt", "unknown-key", "fil", "  save: {path: cifar_net.pth}", "  load: {fil: x.pth}"),
    # text that is not what it seems
    Case("type_without_a_space", "syntax", "type:SGD", OPTIMIZER, "{type:SGD, lr: 0.001}"),
    Case("length_without_a_space", "syntax", "epochs:1", TRAIN, "  train: {epochs:1, loss: CrossEntropyLoss, optimizer: Adam}\n"),
    edited("infinity_hides_nothing", "value", "batch_size: 0", ("lr: 0.001", "lr: .inf"), (BATCH, "batch_size: 0"), count=2),
    edited("alias_hides_nothing", "value", "batch_size: 0", ("out_channels: 6", "out_channels: *x"), (BATCH, "batch_size: 0"), count=2),
    edited("merge_key_hides_nothing", "value", "batch_size: 0", ("    epochs: 1\n", "    <<: {epochs: 1}\n"), (BATCH, "batch_size: 0"), count=2),
    Case("template_braces", "type", "{ lr }", "lr: 0.001", "lr: {{ lr }}"),
    Case("tag_that_includes", "tag", "!include x", "seed: 0", "seed: !include x"),
    Case("dollar_alone", "reference", "$", "epochs: 1", "epochs: $"),
    Case("block_reference_as_type", "reference", "$block.pair", "      - ReLU\n", "      - {type: $block.pair}\n"),
    Case("list_without_brackets", "type", "metrics: accuracy", METRICS, "metrics: accuracy, per_class_accuracy"),
    Case("empty_layer", "component", "", "      - ReLU\n", "      -\n"),
    Case("empty_transform", "component", "null", "      - ToTensor\n", "      - null\n"),
    Case("initialize_without_any", "value", "initialize: {}", "id: conv2", "initialize: {}"),
    Case("tuple_in_braces", "type", "(0.5, 0.5, 0.5)", MEAN, "mean: (0.5, 0.5, 0.5)"),
    Case("tuple_on_a_line", "type", "kernel_size: (3, 3)", f"- {CONV}", "- type: Conv2d\n        out_channels: 6\n        kernel_size: (3, 3)"),
    Case("classes_as_numbers", "type", "0", BATCH, "classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"),
    Case("argument_without_a_name", "syntax", "10", LAST, "{type: Linear, 10}"),
    # references
    edited("wrong_variable_in_many_places", "type", "out_channels: $vars.w", ("stages:", "vars: {w: x}\nstages:"), ("out_channels: 6", "out_channels: $vars.w"), ("out_channels: 16", "out_channels: $vars.w"), ("out_features: 120", "out_features: $vars.w")),
    edited("unknown_data_hides_nothing", "value", "epochs: 0", (DATASET, FOLDER), ("out_features: 10", "out_features: $data.num_classes"), ("epochs: 1", "epochs: 0")),
    Case("batch_by_its_own_data", "reference", "$data.num_classes", BATCH, "batch_size: $data.num_classes"),
    edited("dataset_by_itself", "reference", "$data.num_classes", (DATASET, "{type: Shapes, num_classes: $data.num_classes}"), ("out_features: 10", "out_features: $data.num_classes")),
    edited("classes_of_targets_that_are_numbers", "reference", "$data.num_classes", (DATASET, "{type: Random, image_shape: [3, 32, 32], target_shape: [3]}"), ("      - ToTensor\n", ""), ("out_features: 10", "out_features: $data.num_classes"), ("CrossEntropyLoss", "MSELoss"), (METRICS, "loss: MSELoss"), ("  predict: {split: test, count: 4}\n", "")),
    Case("classes_of_no_data", "reference", "$data.num_classes", new="version: 1\nstages:\n  build_model: {input_shape: [3, 8, 8], layers: [Flatten, {type: Linear, out_features: $data.num_classes}]}\n"),
    edited("broken_dataset_is_told_once", "unknown-key", "trian", (DATASET, "{type: Shapes, trian: 40}"), ("out_features: 10", "out_features: $data.num_classes")),
    # a base that is not there
    Case("no_base_hides_nothing", "extends", "bas.yaml", new=f"{MISSING}sead: 3\nstages:\n  train: {{epochs: 0, optimizer: {{lr: $vars.x}}}}\n  evaluate: {{split: tst}}\n  mine: {{epochs: 3}}\n", count=4),
    Case("no_base_leaves_open_what_it_may_hold", "extends", "bas.yaml", new=f"{MISSING}stages:\n  again: {{type: evaluate, after: train, from: {{model: train}}}}\n  dropped:\n"),
]  # fmt: skip
