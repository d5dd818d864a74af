"""Layers that multiply values, and those of several layers that are ours to trace."""

from __future__ import annotations

from typing import Any

from torch import nn

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.moving import move
from cifar_pipe.training.engines.tracing.values import NotPlanned, Operation, Recorder, Value


def product(tracer: Recorder, x: Value, z: Value) -> Value:
    if x.size < z.size:
        x, z = z, x
    # [C, 1, 1] scales the channels of [C, H, W].
    scales = len(x.shape) == len(z.shape) and z.shape == (x.shape[0], *[1] * (len(x.shape) - 1))
    if x.shape != z.shape and not scales:
        raise NotPlanned("a product of different shapes")
    y = tracer.value(x.shape, trained=x.trained or z.trained)
    columns = {7: z.size, 8: x.size // z.size}
    tracer.operations.append(Operation(op.MULTIPLY, x, y, columns, z=z))
    return y


def gated(tracer: Recorder, module: nn.GLU, x: Value) -> Value:
    first, second = (
        move(tracer, x, lambda two, half=half: two.chunk(2, module.dim)[half]) for half in (0, 1)
    )
    return product(tracer, first, tracer.run(nn.Sigmoid(), (second,)))


def squeezed(tracer: Recorder, module: Any, x: Value) -> Value:
    """Hu et al., Squeeze-and-Excitation Networks: https://arxiv.org/abs/1709.01507"""
    scale = x
    for name in ("avgpool", "fc1", "activation", "fc2", "scale_activation"):
        scale = tracer.run(getattr(module, name), (scale,), name)
    return product(tracer, scale, x)


def branch_dropped(tracer: Recorder, module: Any, x: Value) -> Value:
    if module.mode != "row":
        raise NotPlanned(f"with mode {module.mode}")
    if module.p == 0:
        return x
    if module.p == 1:
        raise NotPlanned("with p 1")
    return tracer.drop(x, module.p, (1,) * len(x.shape))
