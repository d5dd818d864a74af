"""A training of some steps, to find a setting: what it works with."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.model.network import Network
from cifar_pipe.training.engine import AnyBatch, Engine
from cifar_pipe.training.job import StepSettings
from cifar_pipe.training.optimization.steps import Steps, steps_of
from cifar_pipe.training.progress.stretches import grouped


@contextmanager
def trial(
    network: Network, data: Data, settings: StepSettings, context: Context
) -> Iterator[Steps]:
    """Everything for steps as a training with these settings makes them, of a copy of the network.

    Raises as `steps_of`.
    """
    with steps_of(copy.deepcopy(network), data, settings, context) as steps:
        yield steps


def stretches_of_steps(
    engine: Engine, data: Data, context: Context, accumulate: int
) -> Iterator[list[list[AnyBatch]]]:
    """The batches of as many steps as the engine takes at a time, epoch after epoch, without an end."""
    for epoch in count():
        steps = grouped(engine.batches(data, Epoch(epoch, context.seed)), accumulate)
        while taken := list(islice(steps, engine.stretch)):
            yield taken


def batches_of_steps(
    engine: Engine, data: Data, context: Context, accumulate: int
) -> Iterator[list[AnyBatch]]:
    """The batches of each step as a training takes them, epoch after epoch, without an end."""
    for epoch in count():
        yield from grouped(engine.batches(data, Epoch(epoch, context.seed)), accumulate)
