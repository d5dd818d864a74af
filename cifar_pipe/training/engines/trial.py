"""The first steps of a training, taken by one engine and held against those of another.

Each step of the other begins with the weights that the first one had: what rounding does to one step is then seen,
and not what a training makes of it within a few. Where a gradient depends on the last digits (an activation at its
kink, the variance of four numbers), no two orders of summation agree: how far an engine is from itself, when its weights
are a few units in the last place off, says how much of a difference is rounding.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, islice, pairwise
from typing import Self

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from cifar_pipe.training.engine import AnyBatch, Engine

_STEPS = 3
# Units in the last place by which weights are off, and how much further apart than that engines may be.
_UNITS = 8
_MARGIN = 2
# As a share of the change: what is this far off is not rounding, whatever the network.
_MOST = 0.5

# What an engine takes in each step.
BatchesOf = Callable[[Engine], Iterator[Sequence[AnyBatch]]]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart the losses may be, and the changes of the weights, each as a share."""

    loss: float
    change: float


class Trial:
    """Steps of a training of which nothing is kept; closes the engine at its end."""

    def __init__(self, network: nn.Module, engine: Engine, batches: BatchesOf) -> None:
        self._parameters = list(network.parameters())
        self._engine = engine
        self._batches = chain.from_iterable(batches(engine) for _ in count())
        self._times: list[float] = []
        self.losses: list[float] = []
        # Before the first step and after each, all in one row.
        self.weights = [_row(self._parameters)]
        # How far the changes are from those of another trial.
        self.distance = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    @property
    def seconds(self) -> float:
        """Of a step, undisturbed."""
        return min(self._times)

    def first_steps(self, *, like: Trial | None = None, shaken: bool = False) -> None:
        """Takes the steps that are compared: each from the weights of `like`, which may be shaken by rounding.

        Raises NotFinite as steps do.
        """
        with self._seeded():
            for number in range(_STEPS):
                if like is None:
                    self.losses.append(self._step())
                    self.weights.append(_row(self._parameters))
                    continue
                before, after = like.weights[number : number + 2]
                begins = _shaken(before, number) if shaken else before
                _set(self._parameters, begins)
                self.losses.append(self._step())
                off = (_row(self._parameters) - begins) - (after - before)
                self.distance = math.hypot(self.distance, float(off.norm()))

    def race(self, steps: int) -> float:
        """The seconds of more steps."""
        with self._seeded():
            began = time.perf_counter()
            taken = list(islice(self._batches, steps))
            # None is read before the last one is queued: on a GPU that would wait for it.
            for loss in list(self._engine.steps(taken)):
                float(loss)
            seconds = time.perf_counter() - began
        self._times.append(seconds / steps)
        return seconds

    @property
    def stretch(self) -> int:
        return self._engine.stretch

    def _step(self) -> float:
        """Of a batch that is made within its time: kernels make their own."""
        began = time.perf_counter()
        loss = float(self._engine.step(next(self._batches)))
        self._times.append(time.perf_counter() - began)
        return loss

    @contextmanager
    def _seeded(self) -> Iterator[None]:
        device = self.weights[0].device
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(0)
            yield

    def apart(self, other: Trial, tolerance: Tolerance, shaken: Trial | None = None) -> str | None:
        """What of the other is different beyond rounding, in words; `shaken` is this one from weights that are off."""
        for number, (ours, theirs) in enumerate(zip(self.losses, other.losses, strict=True)):
            allowed = tolerance.loss * max(1.0, abs(ours))
            if shaken is not None:
                allowed = max(allowed, _MARGIN * abs(shaken.losses[number] - ours))
            if not abs(ours - theirs) <= allowed:
                return f"a loss of {theirs:.6g}, which is {ours:.6g}"
        change = math.hypot(
            *(float((after - before).norm()) for before, after in pairwise(self.weights))
        )
        first = self.weights[0]
        rounding = 1e-6 * float(first.norm()) + 1e-12 * math.sqrt(len(first))
        allowed = tolerance.change * change
        if shaken is not None:
            allowed = max(allowed, min(_MARGIN * shaken.distance, _MOST * change))
        if not other.distance <= allowed + rounding:
            return f"a change of the weights that is {other.distance:.2g} off"
        return None


@contextmanager
def taken_back(network: nn.Module, optimizer: Optimizer, engine: Engine) -> Iterator[None]:
    """Of a training that has not begun: what steps change meanwhile is as before afterwards, in the same memory."""
    changed = [*network.parameters(), *network.buffers()]
    before = [one.detach().clone() for one in changed]
    groups = [
        {name: copy.deepcopy(value) for name, value in group.items() if name != "params"}
        for group in optimizer.param_groups
    ]
    # Adagrad has one from the beginning.
    states = {one: copy.deepcopy(state) for one, state in optimizer.state.items()}
    scale = copy.deepcopy(engine.state_dict())
    try:
        yield
    finally:
        with torch.no_grad():
            for one, its in zip(changed, before, strict=True):
                one.copy_(its)
                one.grad = None
        optimizer.state.clear()
        optimizer.state.update(states)
        for group, its_before in zip(optimizer.param_groups, groups, strict=True):
            group.update(its_before)
        engine.load_state_dict(scale)


def _row(parameters: Sequence[Tensor]) -> Tensor:
    return torch.cat([one.detach().reshape(-1) for one in parameters])


def _set(parameters: Sequence[Tensor], row: Tensor) -> None:
    parts = torch.split(row, [one.numel() for one in parameters])
    with torch.no_grad():
        for one, its in zip(parameters, parts, strict=True):
            one.copy_(its.view_as(one))


def _shaken(row: Tensor, number: int) -> Tensor:
    source = torch.Generator(row.device).manual_seed(number)
    noise = torch.randn(row.shape, generator=source, device=row.device, dtype=row.dtype)
    return row * (1 + _UNITS * torch.finfo(row.dtype).eps * noise)
