"""A network as a list of operations, each of which has a kernel."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.model.graph import Graph, Residual
from cifar_pipe.model.layers.join import Add, Concat, Multiply
from cifar_pipe.model.planning.planned import Shape
from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.joining import product
from cifar_pipe.training.engines.tracing.layers import NAMED, TRACERS, takes_turned
from cifar_pipe.training.engines.tracing.moving import straight
from cifar_pipe.training.engines.tracing.values import NotPlanned, Operation, Recorder, Value


@dataclass(frozen=True, slots=True)
class Trace:
    """`whole` says that all images of a batch must go through together: batch normalization, of which `fewest` are
    the fewest numbers that an image has for a channel.
    """

    operations: tuple[Operation, ...]
    input: Value
    output: Value
    dropouts: tuple[tuple[float, Shape], ...]
    whole: bool
    fewest: int

    @property
    def is_usual(self) -> bool:
        """Whether what runs the usual rows is enough for it."""
        return all(one.kind in op.USUAL for one in self.operations)


def trace(network: nn.Module, input_shape: Shape) -> Trace:
    """Raises NotPlanned, naming the first layer without a kernel."""
    tracer = _Tracer()
    first = tracer.value(input_shape)
    last = tracer.run(network, (first,))
    operations = _pooled_first(tracer.operations, last)
    normalized = [one.columns[8] for one in operations if one.kind == op.NORMALIZE]
    used = {value.number for one in operations for value in one.taken} | {last.number}
    if any(one.y.number not in used for one in operations):
        raise NotPlanned("a layer whose output nothing takes")
    if len(last.shape) != 1:
        raise NotPlanned("outputs that are not one number for each class")
    return Trace(
        tuple(operations),
        first,
        last,
        tuple(tracer.dropouts),
        bool(normalized),
        min(normalized, default=2),
    )


class _Tracer(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self._seen: set[int] = set()

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
        if isinstance(module, nn.Sequential) and kind.forward is nn.Sequential.forward:
            for key, one in module.named_children():
                inputs = (self.run(one, inputs, f"{name}.{key}"),)
            return inputs[0]
        if kind is Add:
            return self.sum(inputs)
        if not takes_turned(kind):
            inputs = [straight(self, one) for one in inputs]
        if kind is Multiply:
            return functools.reduce(functools.partial(product, self), inputs)
        if kind is Concat:
            return self._concat(module, inputs, name)
        traced = TRACERS.get(kind) or NAMED.get(f"{kind.__module__}.{kind.__qualname__}")
        if traced is None:
            raise NotPlanned(f"{name} ({kind.__name__})")
        try:
            return traced(self, module, inputs[0])
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
        if len({one.turned for one in values}) > 1:
            values = [straight(self, one) for one in values]
        first, *others = values
        trained = any(one.trained for one in values)
        y = self.value(first.shape, trained=trained, turned=first.turned)
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
    for value in (value for one in operations for value in one.taken):
        uses[value.number] = uses.get(value.number, 0) + 1
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
