"""Layers that give numbers of an image in another order, once, several times or not at all."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.values import NotPlanned, Places, Recorder, Value


def moved(tracer: Recorder, module: Any, x: Value) -> Value:
    """Which number goes where is what the layer makes of their places."""
    return move(tracer, x, module)


def constant_padded(tracer: Recorder, module: Any, x: Value) -> Value:
    with_zeros = copy.copy(module)
    with_zeros.value = 0
    return move(tracer, x, with_zeros, outside=float(module.value))


def upsampled(tracer: Recorder, module: nn.Upsample, x: Value) -> Value:
    if module.mode not in ("nearest", "nearest-exact"):
        raise NotPlanned(f"with mode {module.mode}")
    return move(tracer, x, module)


def straight(tracer: Recorder, x: Value) -> Value:
    return move(tracer, x, _same, turn=False) if x.turned else x


def turned(tracer: Recorder, x: Value) -> Value:
    return x if x.turned else move(tracer, x, _same, turn=True)


def move(
    tracer: Recorder, x: Value, function: Any, *, outside: float = 0.0, turn: bool | None = None
) -> Value:
    """`outside` is what stands where `function` puts 0. The result lies as `turn` says, or as costs least."""
    # From 1 on: 0 is what a padding adds. Exact as float64.
    of_one = torch.arange(1, x.size + 1, dtype=torch.float64)
    two = torch.stack([of_one, of_one + x.size])
    two = two.view(2, *x.shape[::-1]).mT if x.turned else two.view(2, *x.shape)
    try:
        first, *others = function(two)
    except (RuntimeError, ValueError, IndexError) as error:
        raise NotPlanned("of this shape") from error
    if len(others) != 1 or not torch.equal(_next(first, x.size), others[0]):
        raise NotPlanned("over several images")
    shape = tuple(first.shape)
    for its in (False, True) if turn is None else (turn,):
        if its and len(shape) != 2:
            continue
        places = _places(first, turn=its)
        if np.array_equal(places, np.arange(x.size, dtype=np.int32)):
            # A view, whose uses are those of x.
            return Value(x.number, shape, x.trained, its)
    turn = bool(turn)
    return tracer.add(
        op.TAKE,
        x,
        shape,
        turned=turn,
        columns={5: math.prod(shape), 6: x.size},
        factors=(outside,),
        places=_places(first, turn=turn),
    )


def _same(two: Tensor) -> Tensor:
    return two


def _places(first: Tensor, *, turn: bool) -> Places:
    ordered = first.mT if turn else first
    return (ordered.flatten().numpy() - 1).astype(np.int32)


def _next(numbers: Tensor, size: int) -> Tensor:
    return torch.where(numbers > 0, numbers + size, numbers)
