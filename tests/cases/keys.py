"""Keys that a mapping does not take."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import CONV1, LOSS, METRICS, SGD, SHAPES, edited, over, override


def grouped(name: str, words: str, group: str) -> Case:
    return Case(name, "unknown-key", words, SGD, f"{{type: SGD, lr: 0.1, groups: [{group}]}}")


CASES = [
    Case("unknown_runtime_key", "unknown-key", "gpus", "{device: cpu}", "{gpus: 2}"),
    Case("missing_optimizer_and_misspelt", "unknown-key", "optimiser", "    optimizer:", "    optimiser:"),
    Case("several_in_one_mapping", "unknown-key", "splt", "{split: train, count: 4}", "{splt: train, cnt: 4}", count=2),
    over("argument_over_a_component_of_another_type", "unknown-key", "momentum", "stages: {train: {optimizer: {type: Adam, momentum: 0.9}}}\n"),
    override("override_of_an_unknown_key", "unknown-key", "epoch", "train.epoch=2"),
    Case("argument_of_another_tool", "unknown-key", "units", "{type: Linear, out_features: 120", "{type: Linear, units: 120"),
    Case("dataset_with_no_such_argument", "unknown-key", "size", SHAPES, "{type: Shapes, size: 40}"),
    Case("metric_with_no_such_argument", "unknown-key", "average", "[accuracy, per", "[{type: accuracy, average: 5}, per"),
    Case("habit_freeze", "unknown-key", "freeze", "kernel_size: 5, id: conv1", "kernel_size: 5, freeze: true, id: conv1"),
    Case("habit_requires_grad", "unknown-key", "requires_grad", "kernel_size: 5, id: conv1", "kernel_size: 5, requires_grad: false, id: conv1"),
    Case("habit_pretrained", "unknown-key", "pretrained", overrides=("build_model.layers=[{type: resnet18, pretrained: true, num_classes: 10}]",)),
    Case("habit_criterion", "unknown-key", "criterion", LOSS, "criterion: CrossEntropyLoss"),
    Case("layer_that_overwrites_its_input", "unknown-key", "inplace", "      - ReLU\n", "      - {type: ReLU, inplace: true}\n"),
    Case("argument_that_only_networks_have", "unknown-key", "activation", "kernel_size: 5, id: conv1", "kernel_size: 5, activation: relu, id: conv1"),
    Case("no_width_in_a_key", "unknown-key", "batch\u200b_size", "batch_size", "batch\u200b_size"),
    override("override_of_a_type_alone", "unknown-key", "type=Adam", "train.optimizer.type=Adam"),
    Case("length_misspelt", "unknown-key", "epoch", "epochs: 1", "epoch: 1"),
    grouped("group_of_another_key", "betas", "{parameters: biases, betas: [0.9, 0.99]}"),
    grouped("patterns_misspelt", "params", "{params: biases, weight_decay: 0}"),
    Case("placing_misspelt", "unknown-key", "befor", "report: {}", "mine: {type: evaluate, befor: predict}"),
    Case("arguments_under_one_key", "unknown-key", "args", CONV1, "{type: Conv2d, args: [3, 6, 5], id: conv1}"),
    Case("file_misspelt", "unknown-key", "fil", "  save: {path: cifar_net.pth}", "  load: {fil: x.pth}"),
    Case("list_without_brackets", "type", "metrics: accuracy", METRICS, "metrics: accuracy, per_class_accuracy"),
    edited("broken_dataset_is_reported_once", "unknown-key", "trian", (SHAPES, "{type: Shapes, trian: 40}"), ("out_features: 10", "out_features: $data.num_classes")),
]  # fmt: skip
