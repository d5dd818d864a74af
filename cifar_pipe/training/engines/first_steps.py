"""The first steps of a training, taken by one engine and held against those of another.

Each step of the other begins with the weights that the first one had: what rounding does to one step is then seen,
and not what a training makes of it within a few. Where a gradient depends on the last digits (an activation at its
kink, the variance of four numbers), no two orders of summation agree: how far an engine is from itself, when its weights
are a few units in the last place off, says how much of a difference is rounding.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import torch
from torch import Tensor, nn

from cifar_pipe.training.engine import AnyBatch, Engine

_STEPS = 3
_SECONDS = 0.5
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


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """`weights` are those before the first step and after each, all in one row; `seconds` what each step took.

    `distance` is how far the changes are from those that they are held against.
    """

    losses: Sequence[float]
    seconds: Sequence[float]
    weights: Sequence[Tensor] = field(default=(), repr=False)
    distance: float = 0.0

    def apart(
        self, other: FirstSteps, tolerance: Tolerance, shaken: FirstSteps | None = None
    ) -> str | None:
        """What of the other is different beyond rounding, in words; `shaken` are these from weights that are off."""
        for number, (ours, theirs) in enumerate(zip(self.losses, other.losses, strict=True)):
            allowed = tolerance.loss * max(1.0, abs(ours))
            if shaken is not None:
                allowed = max(allowed, _MARGIN * abs(shaken.losses[number] - ours))
            if not abs(ours - theirs) <= allowed:
                return f"a loss of {theirs:.6g}, which is {ours:.6g}"
        pairs = zip(self.weights, self.weights[1:], strict=False)
        change = math.hypot(*(float((after - before).norm()) for before, after in pairs))
        first = self.weights[0]
        rounding = 1e-6 * float(first.norm()) + 1e-12 * math.sqrt(len(first))
        allowed = tolerance.change * change
        if shaken is not None:
            allowed = max(allowed, min(_MARGIN * shaken.distance, _MOST * change))
        if not other.distance <= allowed + rounding:
            return f"a change of the weights that is {other.distance:.2g} off"
        return None


def first_steps(
    network: nn.Module,
    engine: Engine,
    batches: BatchesOf,
    *,
    timed: bool = False,
    like: FirstSteps | None = None,
    shaken: bool = False,
) -> FirstSteps:
    """Closes the engine. Raises NotFinite as its steps do."""
    taken = list(islice(batches(engine), _STEPS))
    parameters = list(network.parameters())
    losses: list[float] = []
    times: list[float] = []
    weights = [_row(parameters)]
    distance = 0.0
    on_gpu = weights[0].is_cuda
    with torch.random.fork_rng(devices=[weights[0].device] if on_gpu else []):
        torch.manual_seed(0)
        for number, batch in enumerate(taken):
            before = weights[-1] if like is None else like.weights[number]
            if shaken:
                before = _shaken(before, number)
            if like is not None:
                _set(parameters, before)
            began = time.perf_counter()
            losses.append(float(engine.step(batch)))
            times.append(time.perf_counter() - began)
            after = _row(parameters)
            if like is None:
                weights.append(after)
            else:
                change = like.weights[number + 1] - like.weights[number]
                distance = math.hypot(distance, float((after - before - change).norm()))
        # The first one compiles, or finds its memory.
        more = timed and sum(times[1:]) <= _SECONDS
        for batch in 3 * taken if more else []:
            began = time.perf_counter()
            float(engine.step(batch))
            times.append(time.perf_counter() - began)
    engine.close()
    return FirstSteps(losses, times, weights if like is None else (), distance)


def _row(parameters: Sequence[Tensor]) -> Tensor:
    return torch.cat([one.detach().reshape(-1) for one in parameters])


def _set(parameters: Sequence[Tensor], row: Tensor) -> None:
    with torch.no_grad():
        for one, its in zip(
            parameters, row.split([one.numel() for one in parameters]), strict=True
        ):
            one.copy_(its.view_as(one))


def _shaken(row: Tensor, number: int) -> Tensor:
    source = torch.Generator(row.device).manual_seed(number)
    noise = torch.randn(row.shape, generator=source, device=row.device, dtype=row.dtype)
    return row * (1 + _UNITS * torch.finfo(row.dtype).eps * noise)
