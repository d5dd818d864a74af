from __future__ import annotations

import pytest

from cifar_pipe.training.callbacks.callback import State
from cifar_pipe.training.callbacks.early_stopping import EarlyStopping


def answers(callback: EarlyStopping, monitor: str, values: list[float]) -> list[str | None]:
    return [
        callback.after_epoch(State(epoch, epoch, 0.0, {monitor: value}, monitor))
        for epoch, value in enumerate(values, 1)
    ]


@pytest.mark.parametrize(
    ("monitor", "values"),
    [("val_loss", [1.0, 0.5, 0.6, 0.7]), ("val_accuracy", [0.1, 0.5, 0.4, 0.3])],
)
def test_it_ends_after_so_many_epochs_without_a_better_value(
    monitor: str, values: list[float]
) -> None:
    found = answers(EarlyStopping(patience=2), monitor, values)
    assert found[:3] == [None, None, None]
    best = "val_loss: 0.500" if monitor == "val_loss" else "val_accuracy: 50.0 %"
    assert found[3] == f"no better {monitor} for 2 epochs, the best was {best} in epoch 2"


def test_a_better_value_begins_the_count_anew() -> None:
    assert answers(EarlyStopping(patience=2), "val_loss", [1, 1.1, 0.9, 1, 0.8]) == [None] * 5


def test_what_is_better_by_less_than_min_delta_does_not_count() -> None:
    slowly = [1.0, 0.99, 0.98, 0.97]
    assert answers(EarlyStopping(patience=3), "val_loss", slowly) == [None] * 4
    assert answers(EarlyStopping(patience=3, min_delta=0.05), "val_loss", slowly)[3]


def test_an_epoch_that_was_not_measured_says_nothing() -> None:
    assert EarlyStopping(patience=1).after_epoch(State(9, 9, 0.0, {}, "val_loss")) is None
    assert EarlyStopping().between_steps(State(9, 9, 0.0, {}, "val_loss")) is None
