"""The batches of each epoch, on a GPU begun before the epoch before has ended."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.training.engine import AnyBatch, Engine


class Epochs:
    """At the end of an epoch the training waits for the GPU. What the next one draws, and its first images, take some
    hundredths of a second: they are made while the GPU still computes.
    """

    def __init__(self, engine: Engine, data: Data, context: Context, count: int) -> None:
        self._engine, self._data, self._count = engine, data, count
        self._seed, self._ahead = context.seed, context.device.startswith("cuda")
        self._begun: tuple[int, Iterator[AnyBatch]] | None = None

    def batches(self, number: int, *, skip: int = 0) -> Iterator[AnyBatch]:
        """Those of an epoch (0-based), without the first `skip`."""
        begun, self._begun = self._begun, None
        if begun is not None and begun[0] == number and not skip:
            return begun[1]
        return self._engine.batches(self._data, Epoch(number, self._seed, skip=skip))

    def begin(self, number: int) -> None:
        """Makes the first ones of an epoch, if there is one."""
        if self._ahead and number < self._count:
            batches = self._engine.batches(self._data, Epoch(number, self._seed))
            self._begun = number, chain(list(islice(batches, 1)), batches)
