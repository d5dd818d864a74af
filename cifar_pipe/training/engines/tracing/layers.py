"""The operations of each layer that has kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch.nn.functional as F
from torch import nn

from cifar_pipe.model.layers.class_token import ClassToken
from cifar_pipe.model.layers.mean import Mean
from cifar_pipe.model.layers.pad_shortcut import PadShortcut
from cifar_pipe.model.layers.permute import Permute
from cifar_pipe.model.layers.position_embedding import PositionEmbedding
from cifar_pipe.model.layers.self_attention import SelfAttention
from cifar_pipe.model.layers.take_token import TakeToken
from cifar_pipe.model.planning.planned import Shape
from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.activations import ACTIVATIONS
from cifar_pipe.training.engines.tracing.joining import branch_dropped, gated, squeezed
from cifar_pipe.training.engines.tracing.moving import constant_padded, move, moved, upsampled
from cifar_pipe.training.engines.tracing.normalizing import (
    batch_normalized,
    group_normalized,
    instance_normalized,
    softmax,
    weights_of,
)
from cifar_pipe.training.engines.tracing.tokens import (
    attended,
    linear,
    normalized,
    positioned,
    with_token,
)
from cifar_pipe.training.engines.tracing.values import NotPlanned, Recorder, Value


def _pair(value: Any) -> tuple[int, int]:
    first, second = value if isinstance(value, tuple | list) else (value, value)
    return int(first), int(second)


def _image(x: Value) -> Shape:
    if len(x.shape) != 3:
        raise NotPlanned(f"of {len(x.shape) + 1} dimensions")
    return x.shape


def _convolution(tracer: Recorder, module: nn.Conv2d, x: Value) -> Value:
    c, h, w = _image(x)
    k, s, d = map(_pair, (module.kernel_size, module.stride, module.dilation))
    p = (0, 0) if isinstance(module.padding, str) else _pair(module.padding)
    around: list[int] = module._reversed_padding_repeated_twice  # noqa: SLF001
    if module.padding_mode != "zeros":
        x = move(tracer, x, lambda two: F.pad(two, around, mode=module.padding_mode))
        p = (0, 0)
    elif module.padding == "same":
        left, right, top, bottom = around
        if (left, top) == (right, bottom):
            p = (top, left)
        else:
            x = move(tracer, x, lambda two: F.pad(two, around))
    c, h, w = x.shape
    oh, ow = (
        (size + 2 * pp - dd * (kk - 1) - 1) // ss + 1
        for size, kk, ss, pp, dd in zip((h, w), k, s, p, d, strict=True)
    )
    rows = -(-(h + 2 * p[0]) // s[0])
    plain = k[1] == 1 and (*s, *p) == (1, 1, 0, 0)
    numbers = (c, h, w, module.out_channels, *k, *s, *p, *d, module.groups, oh, ow)
    columns = {**dict(zip(range(7, 22), numbers, strict=True)), 23: rows, 24: int(plain)}
    return tracer.add(
        op.DEPTHWISE if module.groups == c > 1 else op.CONVOLVE,
        x,
        (module.out_channels, oh, ow),
        columns=columns,
        tensors=weights_of(module),
    )


def _windows(tracer: Recorder, module: Any, x: Value, kind: int, dilation: Any = 1) -> Value:
    shape = _image(x)
    k = _pair(module.kernel_size)
    s = _pair(module.kernel_size if module.stride is None else module.stride)
    p, d = _pair(module.padding), _pair(dilation)
    oh, ow = (
        _places(size, *sizes, ceil=module.ceil_mode)
        for size, *sizes in zip(shape[1:], k, s, p, d, strict=True)
    )
    counts = int(getattr(module, "count_include_pad", False))
    numbers = (*shape, 0, *k, *s, *p, *d, counts, oh, ow)
    columns = dict(zip(range(7, 22), numbers, strict=True))
    return tracer.add(kind, x, (shape[0], oh, ow), columns=columns)


def _places(size: int, k: int, s: int, p: int, d: int, *, ceil: bool) -> int:
    span = size + 2 * p - d * (k - 1) - 1
    count = (-(-span // s) if ceil else span // s) + 1
    # The last one begins in the image, or in the padding before it.
    return count - 1 if ceil and (count - 1) * s >= size + p else count


def _max_pool(tracer: Recorder, module: nn.MaxPool2d, x: Value) -> Value:
    if module.return_indices:
        raise NotPlanned("with return_indices")
    return _windows(tracer, module, x, op.POOL_MAX, module.dilation)


def _average_pool(tracer: Recorder, module: nn.AvgPool2d, x: Value) -> Value:
    if module.divisor_override is not None:
        raise NotPlanned("with divisor_override")
    return _windows(tracer, module, x, op.POOL_MEAN)


def _adaptive_pool(
    tracer: Recorder, module: nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d, x: Value
) -> Value:
    c, h, w = _image(x)
    if getattr(module, "return_indices", False):
        raise NotPlanned("with return_indices")
    size = module.output_size
    pair = size if isinstance(size, tuple | list) else (size, size)
    oh, ow = (own if one is None else int(one) for one, own in zip(pair, (h, w), strict=True))
    kind = op.POOL_MAX if isinstance(module, nn.AdaptiveMaxPool2d) else op.POOL_MEAN
    return _adaptive(tracer, x, (c, oh, ow), (oh, ow), kind)


def _adaptive(
    tracer: Recorder, x: Value, shape: Shape, size: tuple[int, int], kind: int = op.POOL_MEAN
) -> Value:
    columns = dict.fromkeys(range(7, 22), 0)
    columns |= {7: x.shape[0], 8: x.shape[1], 9: x.shape[2], 20: size[0], 21: size[1]}
    return tracer.add(kind, x, shape, columns=columns)


def _mean(tracer: Recorder, module: Mean, x: Value) -> Value:
    dims = sorted(one % (len(x.shape) + 1) for one in module.dim)
    if 0 in dims:
        raise NotPlanned("over the images")
    kept = [one for one in range(1, len(x.shape) + 1) if one not in dims]
    ordered = move(tracer, x, lambda two: two.permute(0, *kept, *dims), turn=False)
    left = tuple(x.shape[one - 1] for one in kept)
    as_image = replace(ordered, shape=(math.prod(left), x.size // math.prod(left), 1))
    shape = tuple(1 if at in dims else size for at, size in enumerate(x.shape, 1))
    return _adaptive(tracer, as_image, shape if module.keepdim else left, (1, 1))


def _dropout(tracer: Recorder, module: Any, x: Value) -> Value:
    if module.p == 0:
        return x
    if module.p == 1:
        raise NotPlanned("with p 1")
    whole = isinstance(module, nn.Dropout)
    return tracer.drop(x, module.p, x.shape if whole else (x.shape[0], *[1] * (len(_image(x)) - 1)))


def _prelu(tracer: Recorder, module: nn.PReLU, x: Value) -> Value:
    count = module.num_parameters
    columns = {7: count, 8: x.size // count}
    return tracer.add(op.PRELU, x, x.shape, columns=columns, tensors=weights_of(module))


TRACERS: Mapping[type[nn.Module], Callable[..., Value]] = {
    **ACTIVATIONS,
    nn.Conv2d: _convolution,
    nn.Linear: linear,
    nn.BatchNorm1d: batch_normalized,
    nn.BatchNorm2d: batch_normalized,
    nn.MaxPool2d: _max_pool,
    nn.AvgPool2d: _average_pool,
    nn.AdaptiveAvgPool2d: _adaptive_pool,
    nn.AdaptiveMaxPool2d: _adaptive_pool,
    Mean: _mean,
    PadShortcut: moved,
    nn.Flatten: moved,
    nn.Unflatten: moved,
    Permute: moved,
    TakeToken: moved,
    ClassToken: with_token,
    PositionEmbedding: positioned,
    SelfAttention: attended,
    nn.ChannelShuffle: moved,
    nn.PixelShuffle: moved,
    nn.PixelUnshuffle: moved,
    nn.Unfold: moved,
    nn.ZeroPad1d: moved,
    nn.ZeroPad2d: moved,
    nn.ReflectionPad1d: moved,
    nn.ReflectionPad2d: moved,
    nn.ReplicationPad1d: moved,
    nn.ReplicationPad2d: moved,
    nn.CircularPad1d: moved,
    nn.CircularPad2d: moved,
    nn.ConstantPad1d: constant_padded,
    nn.ConstantPad2d: constant_padded,
    nn.Upsample: upsampled,
    nn.UpsamplingNearest2d: upsampled,
    nn.Dropout: _dropout,
    nn.Dropout2d: _dropout,
    nn.PReLU: _prelu,
    nn.GLU: gated,
    nn.GroupNorm: group_normalized,
    nn.InstanceNorm1d: instance_normalized,
    nn.InstanceNorm2d: instance_normalized,
    nn.LayerNorm: normalized,
    nn.RMSNorm: normalized,
    nn.Softmax: softmax,
    nn.Softmax2d: softmax,
    nn.LogSoftmax: softmax,
}
# Of torchvision, which is not imported for them.
NAMED: Mapping[str, Callable[..., Value]] = {
    "torchvision.ops.misc.SqueezeExcitation": squeezed,
    "torchvision.ops.stochastic_depth.StochasticDepth": branch_dropped,
}
# What takes tokens as they lie: by their places, number by number, or over each of them.
_ANY_ORDER = (moved, constant_padded, linear, normalized, attended, positioned, with_token, _mean)


def takes_turned(kind: type[nn.Module]) -> bool:
    traced = TRACERS.get(kind)
    return traced in _ANY_ORDER or kind in ACTIVATIONS
