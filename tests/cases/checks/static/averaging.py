"""Averages of the weights."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import OPTIMIZER


def _with(setting: str) -> tuple[str, str]:
    return OPTIMIZER, f"{OPTIMIZER}    {setting}\n"


CASES = [
    Case("mean_of_nothing", "unreached", "start: 30", *_with("averaging: {type: SWA, start: 30}")),
    Case("mean_and_best", "no-effect", "restore_best: true", *_with("averaging: {type: SWA, start: 1}\n    monitor: val_loss\n    restore_best: true"), overrides=("load_data.validation_split=0.5",)),
]  # fmt: skip
