"""Optimizers and their groups of parameters."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import FLATTEN, OPTIMIZER, optimizer


def trainable(written: str) -> tuple[str, str]:
    more = "" if "optimizer:" in written else f"\n{OPTIMIZER.rstrip()}"
    return OPTIMIZER, f"    trainable: {written}{more}\n"


CASES = [
    Case("muon_with_biases", "optimizer", "Muon", OPTIMIZER, "    optimizer: {type: Muon, lr: 0.1}\n"),
    Case("group_that_matches_nothing", "optimizer", "convolution.*", *optimizer("{type: SGD, groups: [{parameters: [biases, convolution.*], lr: 0.1}]}")),
    Case("group_of_bias", "optimizer", "parameters: bias", *optimizer("{type: SGD, groups: [{parameters: bias, weight_decay: 0}]}")),
    Case("groups_that_want_different_things", "optimizer", "lr: 0.2", *optimizer("{type: SGD, groups: [{parameters: biases, lr: 0.1}, {parameters: fc1.*, lr: 0.2}]}")),
    Case("group_that_breaks_the_optimizers_rule", "optimizer", "nesterov: true", *optimizer("{type: SGD, groups: [{parameters: biases, nesterov: true}]}")),
    Case("everything_frozen", "optimizer", "trainable: false", FLATTEN, FLATTEN, overrides=("build_model.layers=[Flatten, {type: Linear, out_features: 10, trainable: false}]",)),
    Case("trainable_that_matches_nothing", "optimizer", "fc9.*", *trainable("[fc3, fc9.*]")),
    Case("trainable_inside_a_network", "optimizer", "fc", *trainable("[fc]"), overrides=("build_model.layers=[{type: resnet18, num_classes: 10}]",)),
    Case("group_of_frozen_parameters", "optimizer", "parameters: fc1.*", *trainable("[fc2]\n    optimizer: {type: SGD, lr: 0.1, groups: [{parameters: fc1.*, lr: 0.01}]}")),
    Case("group_of_a_parameter_of_another_layer", "optimizer", "parameters: conv9.bias", *optimizer("{type: SGD, lr: 0.1, groups: [{parameters: conv9.bias, lr: 0.01}]}")),
]  # fmt: skip
