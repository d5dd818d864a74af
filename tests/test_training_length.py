"""The one definition of a training's length."""

from __future__ import annotations

from typing import Any

import pytest

from cifar_pipe.training_length import Length, batches_per_epoch
from tests.kit import random_data


@pytest.mark.parametrize(
    ("images", "drop_last", "steps"), [(8, False, 2), (9, False, 3), (9, True, 2), (3, True, 0)]
)
def test_an_epoch_has_as_many_steps_as_the_data_has_batches(
    images: int, drop_last: bool, steps: int
) -> None:
    assert batches_per_epoch(images, 4, drop_last=drop_last) == steps
    data = random_data(train=images, batch_size=4, drop_last=drop_last)
    assert data.batches_per_epoch() == steps


@pytest.mark.parametrize(
    ("wanted", "steps", "epochs"),
    [
        ({"epochs": 2, "steps": None}, 6, 2),
        ({"epochs": None, "steps": 7}, 7, 3),
        ({"epochs": None, "steps": 1}, 1, 1),
    ],
)
def test_it_is_epochs_or_steps(wanted: dict[str, Any], steps: int, epochs: int) -> None:
    length = Length.over(3, **wanted)
    assert length.steps_per_epoch == 3
    assert (length.counted("step"), length.counted("epoch")) == (steps, epochs)


@pytest.mark.parametrize(("batches", "steps"), [(8, 2), (9, 3), (3, 1)])
def test_a_step_takes_the_batches_that_are_accumulated(batches: int, steps: int) -> None:
    """The last step of an epoch takes those that are left."""
    length = Length.over(batches, epochs=2, steps=None, accumulate=4)
    assert length == Length(steps=2 * steps, steps_per_epoch=steps)


def test_an_epoch_is_never_empty() -> None:
    length = Length.over(0, epochs=2, steps=None)
    assert length == Length(steps=2, steps_per_epoch=1)
