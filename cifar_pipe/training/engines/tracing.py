"""A network as a list of operations, each of which has a kernel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor, nn

from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.model.graph import Graph, Residual, Sequential
from cifar_pipe.model.layers.join import Add, Concat
from cifar_pipe.model.layers.mean import Mean
from cifar_pipe.model.planning.planned import Shape
from cifar_pipe.training.engines import operations as op


class NotPlanned(Exception):  # noqa: N818
    """There is no kernel for something; the text says for what."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an operation gives for one image; `trained` says whether its gradient is of use."""

    number: int
    shape: Shape
    trained: bool = False

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Operation:
    """`columns` are those of its row that depend on no batch size, `tensors` its parameters and buffers by
    their column. `at` is where in y it begins, for what fills a part of it; `adds` to what is there.
    """

    kind: int
    x: Value
    y: Value
    columns: Mapping[int, int] = field(default_factory=dict)
    tensors: Mapping[int, Tensor] = field(default_factory=dict)
    factors: tuple[float, ...] = ()
    at: int = 0
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """`whole` says that there is batch normalization, `singles` that one has a single value of each image."""

    operations: tuple[Operation, ...]
    input: Value
    output: Value
    dropouts: tuple[tuple[float, Shape], ...]
    whole: bool
    singles: bool


def trace(network: nn.Module, input_shape: Shape) -> Trace:
    """Raises NotPlanned, naming the first layer without a kernel."""
    tracer = _Tracer()
    first = tracer.value(input_shape)
    last = tracer.run(network, (first,))
    operations = _pooled_first(tracer.operations, last)
    counts = [one.columns[8] for one in operations if one.kind == op.NORMALIZE]
    used = {one.x.number for one in operations} | {last.number}
    if any(one.y.number not in used for one in operations):
        raise NotPlanned("a layer whose output nothing takes")
    if len(last.shape) != 1:
        raise NotPlanned("outputs that are not one number for each class")
    dropouts = tuple(tracer.dropouts)
    return Trace(tuple(operations), first, last, dropouts, bool(counts), 1 in counts)


class _Tracer:
    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.dropouts: list[tuple[float, Shape]] = []
        self._count = 0
        self._seen: set[int] = set()

    def value(self, shape: Shape, *, trained: bool = False) -> Value:
        self._count += 1
        return Value(self._count - 1, tuple(shape), trained)

    def add(self, kind: int, x: Value, shape: Shape, **more: Any) -> Value:
        tensors: Mapping[int, Tensor] = more.get("tensors", {})
        trained = x.trained or any(one.requires_grad for one in tensors.values())
        y = self.value(shape, trained=trained)
        self.operations.append(Operation(kind, x, y, **more))
        return y

    def run(self, module: nn.Module, inputs: Sequence[Value], name: str = "") -> Value:
        if isinstance(module, nn.Identity):
            return inputs[0]
        if any(True for _ in module.parameters()) and id(module) in self._seen:
            raise NotPlanned(f"{name}: a layer that runs twice")
        self._seen.add(id(module))
        if module._forward_hooks or module._forward_pre_hooks or module._backward_hooks:  # noqa: SLF001
            raise NotPlanned(f"{name}: a module with hooks")
        kind = type(module)
        if kind is Residual:
            return self._residual(module, inputs, name)
        if isinstance(module, Graph):
            return self._graph(module, inputs, name)
        if kind in (nn.Sequential, Sequential):
            for key, one in module.named_children():
                inputs = (self.run(one, inputs, f"{name}.{key}"),)
            return inputs[0]
        if kind is Add:
            return self.sum(inputs)
        if kind is Concat:
            return self._concat(module, inputs, name)
        if kind not in TRACERS:
            raise NotPlanned(f"{name} ({kind.__name__})")
        try:
            return TRACERS[kind](self, module, inputs[0])
        except NotPlanned as error:
            raise NotPlanned(f"{name} ({kind.__name__} {error})") from None

    def _graph(self, graph: Graph, inputs: Sequence[Value], name: str) -> Value:
        values = {INPUT: inputs[0]}
        last = inputs[0]
        for step in graph.steps:
            module = graph.get_submodule(step.module or step.name)
            taken = [values[one] for one in step.inputs]
            last = values[step.name] = self.run(module, taken, f"{name}.{step.name}".lstrip("."))
        return last

    def _residual(self, residual: nn.Module, inputs: Sequence[Value], name: str) -> Value:
        shortcut: nn.Module = residual.shortcut  # type: ignore[assignment]
        around = self.run(shortcut, inputs, f"{name}.shortcut")
        self._seen.discard(id(residual))
        main = self._graph(residual, inputs, name)  # type: ignore[arg-type]
        return self.sum((main, around))

    def sum(self, values: Sequence[Value]) -> Value:
        if len({one.shape for one in values}) > 1:
            raise NotPlanned("a sum of different shapes")
        first, *others = values
        y = self.value(first.shape, trained=any(one.trained for one in values))
        self.operations.append(Operation(op.COPY, first, y))
        self.operations.extend(Operation(op.COPY, one, y, adds=True) for one in others)
        return y

    def _concat(self, module: Any, inputs: Sequence[Value], name: str) -> Value:
        if module.dim != 1:
            raise NotPlanned(f"{name} (Concat with dim {module.dim})")
        channels = sum(one.shape[0] for one in inputs)
        trained = any(one.trained for one in inputs)
        y = self.value((channels, *inputs[0].shape[1:]), trained=trained)
        at = 0
        for one in inputs:
            self.operations.append(Operation(op.COPY, one, y, at=at))
            at += one.size
        return y


def _pooled_first(operations: list[Operation], last: Value) -> list[Operation]:
    """ReLU of the maxima instead of the maxima after ReLU: equal, and a quarter of the work."""
    uses: dict[int, int] = {last.number: 1}
    for one in operations:
        uses[one.x.number] = uses.get(one.x.number, 0) + 1
    found = list(operations)
    for index in range(len(found) - 1):
        relu, pool = found[index : index + 2]
        is_relu = relu.kind == op.ACTIVATE and relu.columns[3] == op.RELU
        follows = pool.kind == op.POOL_MAX and pool.x is relu.y and uses[relu.y.number] == 1
        if is_relu and follows:
            between = replace(relu.y, shape=pool.y.shape)
            found[index] = replace(pool, x=relu.x, y=between)
            found[index + 1] = replace(relu, x=between, y=pool.y)
    return found


def _pair(value: Any) -> tuple[int, int]:
    first, second = value if isinstance(value, tuple | list) else (value, value)
    return int(first), int(second)


def _image(x: Value) -> Shape:
    if len(x.shape) != 3:
        raise NotPlanned(f"of {len(x.shape) + 1} dimensions")
    return x.shape


def _convolution(tracer: _Tracer, module: nn.Conv2d, x: Value) -> Value:
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
        op.DEPTHWISE if module.groups == c > 1 else op.CONVOLVE,
        x,
        (module.out_channels, oh, ow),
        columns=columns,
        tensors=_weights(module.weight, module.bias),
    )


def _weights(weight: Tensor | None, bias: Tensor | None) -> dict[int, Tensor]:
    return {key: one for key, one in ((5, weight), (6, bias)) if one is not None}


def _linear(tracer: _Tracer, module: nn.Linear, x: Value) -> Value:
    if len(x.shape) != 1:
        raise NotPlanned(f"of {len(x.shape) + 1} dimensions")
    columns = {7: module.in_features, 10: module.out_features}
    tensors = _weights(module.weight, module.bias)
    return tracer.add(op.LINEAR, x, (module.out_features,), columns=columns, tensors=tensors)


def _normalization(tracer: _Tracer, module: nn.BatchNorm2d, x: Value) -> Value:
    if module.momentum is None:
        raise NotPlanned("with momentum null")
    tensors = _weights(module.weight, module.bias)
    if module.running_mean is not None and module.running_var is not None:
        tensors |= {9: module.running_mean, 10: module.running_var}
    factors = (float(module.eps), float(module.momentum))
    columns = {7: x.shape[0], 8: x.size // x.shape[0]}
    return tracer.add(op.NORMALIZE, x, x.shape, columns=columns, tensors=tensors, factors=factors)


def _windows(tracer: _Tracer, module: Any, x: Value, kind: int, dilation: Any = 1) -> Value:
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


def _max_pool(tracer: _Tracer, module: nn.MaxPool2d, x: Value) -> Value:
    if module.return_indices:
        raise NotPlanned("with return_indices")
    return _windows(tracer, module, x, op.POOL_MAX, module.dilation)


def _average_pool(tracer: _Tracer, module: nn.AvgPool2d, x: Value) -> Value:
    if module.divisor_override is not None:
        raise NotPlanned("with divisor_override")
    return _windows(tracer, module, x, op.POOL_MEAN)


def _adaptive_pool(tracer: _Tracer, module: nn.AdaptiveAvgPool2d, x: Value) -> Value:
    c, h, w = _image(x)
    size = module.output_size
    pair = size if isinstance(size, tuple | list) else (size, size)
    oh, ow = (own if one is None else int(one) for one, own in zip(pair, (h, w), strict=True))
    return _adaptive(tracer, x, (c, oh, ow), (oh, ow))


def _adaptive(tracer: _Tracer, x: Value, shape: Shape, size: tuple[int, int]) -> Value:
    columns = dict.fromkeys(range(7, 22), 0)
    columns |= {7: x.shape[0], 8: x.shape[1], 9: x.shape[2], 20: size[0], 21: size[1]}
    return tracer.add(op.POOL_MEAN, x, shape, columns=columns)


def _mean(tracer: _Tracer, module: Mean, x: Value) -> Value:
    c, _, _ = _image(x)
    if sorted(one % 4 for one in module.dim) != [2, 3]:
        raise NotPlanned(f"over {list(module.dim)}")
    return _adaptive(tracer, x, (c, 1, 1) if module.keepdim else (c,), (1, 1))


def _flatten(_: _Tracer, module: nn.Flatten, x: Value) -> Value:
    if (module.start_dim, module.end_dim) not in ((1, -1), (1, len(x.shape))):
        raise NotPlanned("of some dimensions")
    # The numbers of an image lie as they did: a view, whose uses are those of x.
    return replace(x, shape=(x.size,))


def _dropout(tracer: _Tracer, module: Any, x: Value) -> Value:
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
    def traced(tracer: _Tracer, module: nn.Module, x: Value) -> Value:
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
    nn.Flatten: _flatten,
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
