"""The batches of an epoch that is begun before the one before has ended: the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.training.engine import AnyBatch, Engine
from cifar_pipe.training.progress.epochs import Epochs


class _Numbers:
    """Epochs of three numbers, and how many of each were made."""

    def __init__(self) -> None:
        self.made: list[tuple[int, int]] = []

    def batches(self, data: Data, epoch: Epoch) -> Iterator[AnyBatch]:
        del data
        for number in range(epoch.skip, 3):
            self.made.append((epoch.number, number))
            yield cast("AnyBatch", number)


@pytest.fixture
def numbers() -> _Numbers:
    return _Numbers()


def epochs(numbers: _Numbers, context: Context, device: str, count: int = 2) -> Epochs:
    return Epochs(
        cast("Engine", numbers), cast("Data", None), replace(context, device=device), count
    )


def test_on_a_gpu_the_first_batch_of_the_next_epoch_is_made_beforehand(
    numbers: _Numbers, context: Context
) -> None:
    found = epochs(numbers, context, "cuda:0")
    found.begin(1)
    assert numbers.made == [(1, 0)]
    assert list(found.batches(1)) == [0, 1, 2]
    assert numbers.made == [(1, 0), (1, 1), (1, 2)]


@pytest.mark.parametrize(("device", "number"), [("cpu", 1), ("cuda:0", 2)])
def test_nothing_is_made_on_a_cpu_or_after_the_last_epoch(
    numbers: _Numbers, context: Context, device: str, number: int
) -> None:
    epochs(numbers, context, device).begin(number)
    assert numbers.made == []


def test_what_is_begun_is_for_the_beginning_of_that_epoch_alone(
    numbers: _Numbers, context: Context
) -> None:
    found = epochs(numbers, context, "cuda:0")
    found.begin(1)
    assert list(found.batches(0)) == [0, 1, 2]
    assert list(found.batches(1, skip=2)) == [2]
