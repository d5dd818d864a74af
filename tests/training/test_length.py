"""The length of a training, in steps and epochs."""

from __future__ import annotations

import pytest

from cifar_pipe.training.length import Length


@pytest.mark.parametrize(
    ("epochs", "steps", "drop_last", "expected"),
    [
        (2, None, False, Length(6, 3)),
        (2, None, True, Length(4, 2)),
        (None, 7, False, Length(7, 3)),
    ],
)
def test_of_epochs_or_steps(
    epochs: int | None, steps: int | None, drop_last: bool, expected: Length
) -> None:
    made = Length.of(epochs=epochs, steps=steps, images=10, batch_size=4, drop_last=drop_last)
    assert made == expected


def test_an_epoch_that_is_begun_counts() -> None:
    length = Length(7, 3)
    assert (length.epochs, length.counted("epoch"), length.counted("step")) == (3, 3, 7)


def test_an_epoch_without_a_batch_has_one_step() -> None:
    assert Length.of(epochs=2, steps=None, images=1, batch_size=4, drop_last=True) == Length(2, 1)
