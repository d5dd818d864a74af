"""Overrides that lead nowhere."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import SIZED, override

CASES = [
    override("override_of_an_unknown_layer", "override", "conv9", "build_model.layers.conv9.out_channels=8"),
    override("override_beyond_the_list", "override", "99", "build_model.layers.99=ReLU"),
    override("override_below_a_value", "override", "more", "train.epochs.more=1"),
    override("override_of_extends", "override", "extends", "extends=base.yaml"),
    override("override_without_the_stage", "override", "epochs", "epochs=2"),
    override("override_of_a_key_far_below", "override", "lr", "lr=0.1"),
    override("override_from_the_middle", "override", "optimizer", "optimizer.lr=0.1"),
    override("override_of_a_layer_alone", "override", "conv1", "conv1.out_channels=8"),
    override("override_of_a_layer_of_a_stage", "override", "conv1", "build_model.conv1.out_channels=8"),
    Case("override_of_a_variable_alone", "override", "w", new=SIZED, overrides=("w=8",)),
    override("override_removes_a_misspelt_stage", "override", "trian", "trian=null"),
    override("override_with_a_new_stage", "override", "e2", "e2={type: evaluate}"),
    Case("override_of_a_misspelt_variable", "override", "wi=16", new=SIZED, overrides=("vars.wi=16",)),
    override("override_of_a_variable_instead_of_a_key", "override", "epochs=3", "vars.epochs=3"),
    override("override_that_a_later_one_replaces", "override", "epochs", "train.epochs=2", "stages.train.epochs=3"),
    override("override_of_a_part_before_the_whole", "override", "optimizer", "train.optimizer.lr=0.1", "train.optimizer={type: Adam}"),
    override("override_of_a_stage_that_is_removed", "override", "predict", "predict=null", "predict.count=2"),
    override("override_from_the_end", "override", "-1", "build_model.layers.-1=ReLU"),
]  # fmt: skip
