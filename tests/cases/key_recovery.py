"""Misspelt keys that others depend on: one finding, and what they hold is checked."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import SGD, edited

CASES = [
    Case("version_misspelt", "unknown-key", "verison", "version", "verison"),
    Case("stages_misspelt", "unknown-key", "stage", "stages:", "stage:"),
    edited("stages_misspelt_hide_nothing", "unknown-key", "Stages", ("stages:", "Stages:"), ("epochs: 1", "epochs: 0"), count=2),
    Case("extends_misspelt", "unknown-key", "extend", new="extend: base.yaml\n", beside={"base.yaml": BASE}),
    Case("vars_under_another_name", "unknown-key", "variables", "seed: 0", "seed: $vars.seed\nvariables: {seed: 1}"),
    edited("blocks_misspelt", "unknown-key", "block", ("stages:", "block: {pair: {layers: [ReLU]}}\nstages:"), ("- ReLU", "- pair")),
    Case("type_misspelt", "unknown-key", "tpye", SGD, "{tpye: SGD, lr: 0.1}"),
    Case("type_in_capitals", "unknown-key", "Type", SGD, "{Type: SGD, lr: 0.1}"),
    Case("type_of_a_stage_misspelt", "unknown-key", "tpye", "report: {}", "evaluate_train: {tpye: evaluate}"),
]  # fmt: skip
