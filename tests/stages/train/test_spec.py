"""train: its length, and what goes with a monitor."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.stages.train.spec import Train

PARTS = {"loss": make("loss", "MSELoss"), "optimizer": make("optimizer", "SGD", lr=0.1)}


@pytest.mark.parametrize("length", [{"epochs": 2}, {"steps": 7}])
def test_a_training_takes_epochs_or_steps(length: dict[str, int]) -> None:
    train = Train(**PARTS, **length)
    assert (train.epochs, train.steps) == (length.get("epochs"), length.get("steps"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 2, "steps": 7}, "takes epochs or steps: not both"),
        ({}, "takes epochs or steps: one of them is missing"),
        ({"epochs": 2, "restore_best": True}, "takes restore_best only with a monitor"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Train(**PARTS, **settings)
