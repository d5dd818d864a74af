"""Steps that may be taken one after the other without a look at anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cifar_pipe.training.engine import AnyBatch, Engine
from cifar_pipe.training.progress.points import is_point


@dataclass(frozen=True, slots=True)
class Stops:
    """After which steps of an epoch something is to be done; `before` are the steps of the epochs before.

    `each` is true where that is after every step.
    """

    before: int
    per_epoch: int
    log_every: int
    save_every: float
    each: bool

    def logs(self, number: int) -> bool:
        ends = number % self.log_every == 0 or number == self.per_epoch
        return ends or is_point(self.before + number)

    def saves(self, number: int) -> bool:
        return (self.before + number) % self.save_every == 0

    def __contains__(self, number: int) -> bool:
        return self.each or self.logs(number) or self.saves(number)


def stretches(
    steps: Iterator[list[AnyBatch]], done: int, engine: Engine, stops: Stops
) -> Iterator[list[list[AnyBatch]]]:
    """The batches of the steps that follow so many of the epoch, as many at a time as the engine wants.

    Where something is to be done a stretch ends.
    """
    stretch: list[list[AnyBatch]] = []
    for number, taken in enumerate(steps, done + 1):
        stretch.append(taken)
        if len(stretch) >= engine.stretch or number in stops:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def grouped(batches: Iterator[AnyBatch], size: int) -> Iterator[list[AnyBatch]]:
    """The batches of each step; the last may have fewer than `size`."""
    while taken := list(islice(batches, size)):
        yield taken
