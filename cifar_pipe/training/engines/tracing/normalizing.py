"""Normalizations and softmax."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.values import NotPlanned, Recorder, Value


def weights_of(module: Any) -> dict[int, Tensor]:
    """A layer's weight and bias, by their columns."""
    named = ((5, module.weight), (6, getattr(module, "bias", None)))
    return {key: one for key, one in named if one is not None}


def batch_normalized(tracer: Recorder, module: nn.BatchNorm1d | nn.BatchNorm2d, x: Value) -> Value:
    if module.momentum is None:
        raise NotPlanned("with momentum null")
    tensors = weights_of(module)
    if module.running_mean is not None and module.running_var is not None:
        tensors |= {9: module.running_mean, 10: module.running_var}
    factors = (float(module.eps), float(module.momentum))
    columns = {7: x.shape[0], 8: x.size // x.shape[0]}
    return tracer.add(op.NORMALIZE, x, x.shape, columns=columns, tensors=tensors, factors=factors)


def _by_groups(
    tracer: Recorder,
    module: Any,
    x: Value,
    *,
    groups: int,
    weights: int,
    in_a_row: int,
    no_mean: bool = False,
) -> Value:
    eps = torch.finfo(torch.float32).eps if module.eps is None else float(module.eps)
    columns = {7: groups, 8: x.size // groups, 9: in_a_row, 10: weights, 11: int(no_mean), 12: 1}
    if x.turned:
        # A group is a token, and they lie side by side.
        columns |= {7: 1, 12: groups}
    tensors = weights_of(module)
    return tracer.add(
        op.NORMALIZE_GROUPS, x, x.shape, columns=columns, tensors=tensors, factors=(eps,)
    )


def group_normalized(tracer: Recorder, module: nn.GroupNorm, x: Value) -> Value:
    channels = module.num_channels
    each = x.size // channels
    return _by_groups(tracer, module, x, groups=module.num_groups, weights=channels, in_a_row=each)


def instance_normalized(tracer: Recorder, module: nn.InstanceNorm2d, x: Value) -> Value:
    if module.running_mean is not None:
        raise NotPlanned("with track_running_stats")
    channels, each = x.shape[0], x.size // x.shape[0]
    if each < 2:
        # An error of PyTorch's, which says so.
        raise NotPlanned("of single values")
    return _by_groups(tracer, module, x, groups=channels, weights=channels, in_a_row=each)


def layer_normalized(tracer: Recorder, module: nn.LayerNorm | nn.RMSNorm, x: Value) -> Value:
    each = math.prod(module.normalized_shape)
    no_mean = isinstance(module, nn.RMSNorm)
    return _by_groups(
        tracer, module, x, groups=x.size // each, weights=each, in_a_row=1, no_mean=no_mean
    )


def softmax(tracer: Recorder, module: Any, x: Value) -> Value:
    dim = 1 if isinstance(module, nn.Softmax2d) else module.dim
    if dim is None:
        raise NotPlanned("without dim")
    at = (dim - 1) if dim > 0 else dim + len(x.shape)
    columns = {
        7: math.prod(x.shape[:at]),
        8: x.shape[at],
        9: math.prod(x.shape[at + 1 :]),
        11: int(isinstance(module, nn.LogSoftmax)),
    }
    return tracer.add(op.SOFTMAX, x, x.shape, columns=columns)
