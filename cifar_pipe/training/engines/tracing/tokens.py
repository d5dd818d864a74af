"""Sequences of tokens [S, E], which lie as [E, S] where a product over E follows: `turned` values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn

from cifar_pipe.model.layers.class_token import ClassToken
from cifar_pipe.model.layers.position_embedding import PositionEmbedding
from cifar_pipe.model.layers.self_attention import SelfAttention
from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.moving import move, straight, turned
from cifar_pipe.training.engines.tracing.normalizing import layer_normalized, weights_of
from cifar_pipe.training.engines.tracing.values import NotPlanned, Recorder, Value


def _product(tracer: Recorder, x: Value, weights: dict[int, Tensor]) -> Value:
    """The same linear layer for each token."""
    tokens, (outputs, inputs) = x.shape[0], weights[5].shape
    columns = {7: inputs, 10: outputs, 12: tokens}
    return tracer.add(op.LINEAR, x, (tokens, outputs), columns=columns, tensors=weights)


def linear(tracer: Recorder, module: nn.Linear, x: Value) -> Value:
    if len(x.shape) == 1:
        columns = {7: module.in_features, 10: module.out_features, 12: 1}
        tensors = weights_of(module)
        return tracer.add(op.LINEAR, x, (module.out_features,), columns=columns, tensors=tensors)
    if len(x.shape) != 2:
        raise NotPlanned(f"of {len(x.shape) + 1} dimensions")
    return _product(tracer, turned(tracer, x), weights_of(module))


def normalized(tracer: Recorder, module: nn.LayerNorm | nn.RMSNorm, x: Value) -> Value:
    if x.turned and tuple(module.normalized_shape) == x.shape[1:]:
        return layer_normalized(tracer, module, x)
    return layer_normalized(tracer, module, straight(tracer, x))


def attended(tracer: Recorder, module: SelfAttention, x: Value) -> Value:
    if module.dropout:
        raise NotPlanned("with dropout")
    (tokens, width), heads = x.shape, module.num_heads
    named = ((5, module.in_proj_weight), (6, module.in_proj_bias))
    weights: dict[int, Tensor] = {key: one for key, one in named if one is not None}
    each = _product(tracer, turned(tracer, x), weights)
    columns = {7: heads, 8: width // heads, 9: tokens}
    y = tracer.add(op.ATTEND, each, (tokens, width), columns=columns)
    return _product(tracer, y, weights_of(module.out_proj))


def _shifted(tracer: Recorder, x: Value, weight: Tensor, places: npt.NDArray[np.int64]) -> Value:
    """`places` [S, E] say which number of the weight is added, or -1."""
    ordered = places.T if x.turned else places
    columns = {7: x.size, 8: weight.numel()}
    given = np.ascontiguousarray(ordered.reshape(-1), np.int32)
    return tracer.add(op.SHIFT, x, x.shape, columns=columns, tensors={5: weight}, places=given)


def positioned(tracer: Recorder, module: PositionEmbedding, x: Value) -> Value:
    return _shifted(tracer, x, module.weight, np.arange(x.size).reshape(x.shape))


def with_token(tracer: Recorder, module: ClassToken, x: Value) -> Value:
    longer = move(tracer, x, lambda two: nn.functional.pad(two, (0, 0, 1, 0)), turn=x.turned)
    places = np.full(longer.shape, -1)
    places[0] = np.arange(x.shape[1])
    return _shifted(tracer, longer, module.weight, places)
