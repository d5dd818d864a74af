"""Callbacks that have nothing to look at, or no time."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import METRICS, OPTIMIZER, SHAPES, TENSOR, edited

_SPLIT = ("load_data.validation_split=0.5",)


def _with(callbacks: str, monitor: str = "") -> tuple[str, str]:
    return OPTIMIZER, f"{OPTIMIZER}{monitor}    callbacks: [{callbacks}]\n"


CASES = [
    Case("nothing_watched", "monitor", "EarlyStopping", *_with("EarlyStopping")),
    Case("patience_too_long", "unreached", "patience: 2", *_with("{type: EarlyStopping, patience: 2}", "    monitor: val_loss\n"), overrides=_SPLIT),
    Case("callback_twice", "no-effect", "TimeLimit", *_with("{type: TimeLimit, minutes: 1}, {type: TimeLimit, minutes: 2}")),
    edited("classes_of_numbers", "data", "SamplePredictions", (SHAPES, "{type: Random, image_shape: [3, 32, 32], target_shape: [10]}"), (TENSOR, ""), ("CrossEntropyLoss", "MSELoss"), (METRICS, "loss: MSELoss"), ("  predict: {split: test, count: 4}\n", ""), _with("SamplePredictions")),
]  # fmt: skip
