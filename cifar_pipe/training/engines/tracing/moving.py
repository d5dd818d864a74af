"""Layers that give numbers of an image in another order, once, several times or not at all."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.values import NotPlanned, Recorder, Value


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


def move(tracer: Recorder, x: Value, function: Any, *, outside: float = 0.0) -> Value:
    """`outside` is what stands where `function` puts 0."""
    # From 1 on: 0 is what a padding adds. Exact as float64.
    of_one = torch.arange(1, x.size + 1, dtype=torch.float64)
    two = torch.stack([of_one, of_one + x.size]).view(2, *x.shape)
    try:
        first, *others = function(two)
    except (RuntimeError, ValueError, IndexError) as error:
        raise NotPlanned("of this shape") from error
    if len(others) != 1 or not torch.equal(_next(first, x.size), others[0]):
        raise NotPlanned("over several images")
    places = (first.flatten().numpy() - 1).astype(np.int32)
    shape = tuple(first.shape)
    if np.array_equal(places, np.arange(x.size, dtype=np.int32)):
        # A view, whose uses are those of x.
        return Value(x.number, shape, x.trained)
    columns = {5: math.prod(shape), 6: x.size}
    return tracer.add(op.TAKE, x, shape, columns=columns, factors=(outside,), places=places)


def _next(numbers: Tensor, size: int) -> Tensor:
    return torch.where(numbers > 0, numbers + size, numbers)
