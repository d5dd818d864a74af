"""Averages of the weights."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import OPTIMIZER


def _with(setting: str) -> tuple[str, str]:
    return OPTIMIZER, f"{OPTIMIZER}    {setting}\n"


CASES = [
    Case("mean_of_nothing", "unreached", "start: 30", *_with("averaging: {type: SWA, start: 30}")),
    Case("mean_and_best", "no-effect", "restore_best: true", *_with("averaging: {type: SWA, start: 1}\n    monitor: val_loss\n    restore_best: true"), overrides=("load_data.validation_split=0.5",)),
    Case("mean_that_levels_the_rates", "no-effect", "lr: 0.1", OPTIMIZER, "    optimizer: {type: SGD, lr: 0.001, layer_decay: 0.75}\n    averaging: {type: SWA, start: 1, lr: 0.1}\n"),
    Case("mean_that_levels_the_groups", "no-effect", "lr: 0.1", OPTIMIZER, "    optimizer: {type: SGD, lr: 0.001, groups: [{parameters: biases, lr: 0.01}]}\n    averaging: {type: SWA, start: 1, lr: 0.1}\n"),
]  # fmt: skip
