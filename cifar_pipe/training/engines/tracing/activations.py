"""Activations, which take numbers one by one, however they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.values import Recorder, Value

# https://docs.pytorch.org/docs/stable/generated/torch.nn.SELU.html
_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805

_Function = tuple[int, tuple[float, ...]]


def _activation(function: Callable[[Any], _Function]) -> Callable[..., Value]:
    def traced(tracer: Recorder, module: nn.Module, x: Value) -> Value:
        number, factors = function(module)
        return tracer.add(op.ACTIVATE, x, x.shape, columns={3: number}, factors=factors)

    return traced


def _curve(function: Callable[[Any], tuple[int, float, float]]) -> Callable[..., Value]:
    def traced(tracer: Recorder, module: nn.Module, x: Value) -> Value:
        number, *factors = function(module)
        return tracer.add(op.CURVE, x, x.shape, columns={3: number}, factors=tuple(factors))

    return traced


def _gelu(module: nn.GELU) -> _Function:
    return (op.GELU if module.approximate == "none" else op.GELU_TANH), (0.0,)


ACTIVATIONS: Mapping[type[nn.Module], Callable[..., Value]] = {
    nn.ReLU: _activation(lambda _: (op.RELU, (0.0,))),
    nn.LeakyReLU: _activation(lambda one: (op.LEAKY_RELU, (one.negative_slope,))),
    nn.ReLU6: _activation(lambda _: (op.RELU6, (0.0,))),
    nn.Sigmoid: _activation(lambda _: (op.SIGMOID, (0.0,))),
    nn.Tanh: _activation(lambda _: (op.TANH, (0.0,))),
    nn.SiLU: _activation(lambda _: (op.SILU, (0.0,))),
    nn.GELU: _activation(_gelu),
    nn.Hardswish: _activation(lambda _: (op.HARDSWISH, (0.0,))),
    nn.ELU: _activation(lambda one: (op.ELU, (one.alpha,))),
    nn.Hardsigmoid: _curve(lambda _: (op.HARDSIGMOID, 0.0, 0.0)),
    nn.Hardtanh: _curve(lambda one: (op.HARDTANH, one.min_val, one.max_val)),
    nn.Softplus: _curve(lambda one: (op.SOFTPLUS, one.beta, one.threshold)),
    nn.Mish: _curve(lambda _: (op.MISH, 0.0, 0.0)),
    nn.SELU: _curve(lambda _: (op.SELU, _SELU_SCALE, _SELU_SCALE * _SELU_ALPHA)),
    nn.CELU: _curve(lambda one: (op.CELU, one.alpha, 0.0)),
    nn.LogSigmoid: _curve(lambda _: (op.LOG_SIGMOID, 0.0, 0.0)),
    nn.Softsign: _curve(lambda _: (op.SOFTSIGN, 0.0, 0.0)),
    nn.Tanhshrink: _curve(lambda _: (op.TANHSHRINK, 0.0, 0.0)),
    nn.Hardshrink: _curve(lambda one: (op.HARDSHRINK, one.lambd, 0.0)),
    nn.Softshrink: _curve(lambda one: (op.SOFTSHRINK, one.lambd, 0.0)),
    nn.Threshold: _curve(lambda one: (op.THRESHOLD, one.threshold, one.value)),
}
