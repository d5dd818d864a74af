"""The operations of each layer that has kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from cifar_pipe.model.layers.mean import Mean
from cifar_pipe.model.layers.pad_shortcut import PadShortcut
from cifar_pipe.model.layers.permute import Permute
from cifar_pipe.model.layers.take_token import TakeToken
from cifar_pipe.model.planning.planned import Shape
from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.moving import constant_padded, moved, upsampled
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
    if module.padding_mode != "zeros":
        raise NotPlanned(f"with padding_mode {module.padding_mode}")
    if isinstance(module.padding, str):
        around = tuple(dd * (kk - 1) for dd, kk in zip(d, k, strict=True))
        if module.padding == "same" and any(one % 2 for one in around):
            raise NotPlanned("with uneven padding")
        p = (around[0] // 2, around[1] // 2) if module.padding == "same" else (0, 0)
    else:
        p = _pair(module.padding)
    oh, ow = (
        (size + 2 * pp - dd * (kk - 1) - 1) // ss + 1
        for size, kk, ss, pp, dd in zip((h, w), k, s, p, d, strict=True)
    )
    rows = -(-(h + 2 * p[0]) // s[0])
    plain = k[1] == 1 and (*s, *p) == (1, 1, 0, 0)
    numbers = (c, h, w, module.out_channels, *k, *s, *p, *d, module.groups, oh, ow)
    columns = {**dict(zip(range(7, 22), numbers, strict=True)), 23: rows, 24: int(plain)}
    return tracer.add(
        op.CONVOLVE,
        x,
        (module.out_channels, oh, ow),
        columns=columns,
        tensors=_weights(module.weight, module.bias),
    )


def _weights(weight: Tensor | None, bias: Tensor | None) -> dict[int, Tensor]:
    return {key: one for key, one in ((5, weight), (6, bias)) if one is not None}


def _linear(tracer: Recorder, module: nn.Linear, x: Value) -> Value:
    if len(x.shape) != 1:
        raise NotPlanned(f"of {len(x.shape) + 1} dimensions")
    columns = {7: module.in_features, 10: module.out_features}
    tensors = _weights(module.weight, module.bias)
    return tracer.add(op.LINEAR, x, (module.out_features,), columns=columns, tensors=tensors)


def _normalization(tracer: Recorder, module: nn.BatchNorm2d, x: Value) -> Value:
    if module.momentum is None:
        raise NotPlanned("with momentum null")
    tensors = _weights(module.weight, module.bias)
    if module.running_mean is not None and module.running_var is not None:
        tensors |= {9: module.running_mean, 10: module.running_var}
    factors = (float(module.eps), float(module.momentum))
    columns = {7: x.shape[0], 8: x.size // x.shape[0]}
    return tracer.add(op.NORMALIZE, x, x.shape, columns=columns, tensors=tensors, factors=factors)


def _windows(tracer: Recorder, module: Any, x: Value, kind: int, dilation: Any = 1) -> Value:
    shape = _image(x)
    k = _pair(module.kernel_size)
    s = _pair(module.kernel_size if module.stride is None else module.stride)
    p, d = _pair(module.padding), _pair(dilation)
    spans = tuple(
        size + 2 * pp - dd * (kk - 1) - 1
        for size, kk, pp, dd in zip(shape[1:], k, p, d, strict=True)
    )
    if module.ceil_mode and any(span % ss for span, ss in zip(spans, s, strict=True)):
        raise NotPlanned("with ceil_mode")
    oh, ow = (span // ss + 1 for span, ss in zip(spans, s, strict=True))
    counts = int(getattr(module, "count_include_pad", False))
    numbers = (*shape, 0, *k, *s, *p, *d, counts, oh, ow)
    columns = dict(zip(range(7, 22), numbers, strict=True))
    return tracer.add(kind, x, (shape[0], oh, ow), columns=columns)


def _max_pool(tracer: Recorder, module: nn.MaxPool2d, x: Value) -> Value:
    if module.return_indices:
        raise NotPlanned("with return_indices")
    return _windows(tracer, module, x, op.POOL_MAX, module.dilation)


def _average_pool(tracer: Recorder, module: nn.AvgPool2d, x: Value) -> Value:
    if module.divisor_override is not None:
        raise NotPlanned("with divisor_override")
    return _windows(tracer, module, x, op.POOL_MEAN)


def _adaptive_pool(tracer: Recorder, module: nn.AdaptiveAvgPool2d, x: Value) -> Value:
    c, h, w = _image(x)
    size = module.output_size
    pair = size if isinstance(size, tuple | list) else (size, size)
    oh, ow = (own if one is None else int(one) for one, own in zip(pair, (h, w), strict=True))
    return _adaptive(tracer, x, (c, oh, ow), (oh, ow))


def _adaptive(tracer: Recorder, x: Value, shape: Shape, size: tuple[int, int]) -> Value:
    columns = dict.fromkeys(range(7, 22), 0)
    columns |= {7: x.shape[0], 8: x.shape[1], 9: x.shape[2], 20: size[0], 21: size[1]}
    return tracer.add(op.POOL_MEAN, x, shape, columns=columns)


def _mean(tracer: Recorder, module: Mean, x: Value) -> Value:
    c, _, _ = _image(x)
    if sorted(one % 4 for one in module.dim) != [2, 3]:
        raise NotPlanned(f"over {list(module.dim)}")
    return _adaptive(tracer, x, (c, 1, 1) if module.keepdim else (c,), (1, 1))


def _dropout(tracer: Recorder, module: Any, x: Value) -> Value:
    if module.p == 0:
        return x
    if module.p == 1:
        raise NotPlanned("with p 1")
    whole = isinstance(module, nn.Dropout)
    shape = x.shape if whole else (x.shape[0], *[1] * (len(_image(x)) - 1))
    above = sum(math.prod(one) for _, one in tracer.dropouts)
    tracer.dropouts.append((module.p, shape))
    shared = 1 if whole else x.size // x.shape[0]
    return tracer.add(op.DROP, x, x.shape, columns={6: above, 7: shared})


_Function = tuple[int, tuple[float, ...]]


def _activation(function: Callable[[Any], _Function]) -> Callable[..., Value]:
    def traced(tracer: Recorder, module: nn.Module, x: Value) -> Value:
        number, factors = function(module)
        return tracer.add(op.ACTIVATE, x, x.shape, columns={3: number}, factors=factors)

    return traced


def _gelu(module: nn.GELU) -> _Function:
    return (op.GELU if module.approximate == "none" else op.GELU_TANH), (0.0,)


TRACERS: Mapping[type[nn.Module], Callable[..., Value]] = {
    nn.Conv2d: _convolution,
    nn.Linear: _linear,
    nn.BatchNorm1d: _normalization,
    nn.BatchNorm2d: _normalization,
    nn.MaxPool2d: _max_pool,
    nn.AvgPool2d: _average_pool,
    nn.AdaptiveAvgPool2d: _adaptive_pool,
    Mean: _mean,
    PadShortcut: moved,
    nn.Flatten: moved,
    nn.Unflatten: moved,
    Permute: moved,
    TakeToken: moved,
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
    nn.ReLU: _activation(lambda _: (op.RELU, (0.0,))),
    nn.LeakyReLU: _activation(lambda one: (op.LEAKY_RELU, (one.negative_slope,))),
    nn.ReLU6: _activation(lambda _: (op.RELU6, (0.0,))),
    nn.Sigmoid: _activation(lambda _: (op.SIGMOID, (0.0,))),
    nn.Tanh: _activation(lambda _: (op.TANH, (0.0,))),
    nn.SiLU: _activation(lambda _: (op.SILU, (0.0,))),
    nn.GELU: _activation(_gelu),
    nn.Hardswish: _activation(lambda _: (op.HARDSWISH, (0.0,))),
    nn.ELU: _activation(lambda one: (op.ELU, (one.alpha,))),
}
