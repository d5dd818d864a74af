"""Between which numbers the outputs of a network lie, as far as its layers tell.

Interval arithmetic from the network's input to its end: what has weights of its own gives any
number, an activation the range of its function over what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.pipeline.output_layers import run_by, sources

# In the place of infinity: a function of it is a number still.
_MOST = 1e30


@dataclass(frozen=True, slots=True)
class Bounds:
    """`sure` is false where a layer takes part of which nothing is known."""

    low: float = -_MOST
    high: float = _MOST
    sure: bool = True

    def within(self, low: float | None, high: float | None) -> bool:
        """Whether all values can be taken by what takes those from `low` to `high`."""
        fits = (low is None or self.low >= low) and (high is None or self.high <= high)
        return fits or not self.sure

    @property
    def known(self) -> bool:
        return self.low > -_MOST and self.high < _MOST

    def with_zero(self) -> Bounds:
        return replace(self, low=min(self.low, 0.0), high=max(self.high, 0.0))


_ANY = Bounds()
_UNKNOWN = Bounds(sure=False)

_CONSTANT = {
    **dict.fromkeys(("Softmax", "Softmin", "Softmax2d"), Bounds(0.0, 1.0)),
    "LogSoftmax": Bounds(high=0.0),
}
# Functions of one element, which are followed point by point.
_FUNCTIONS = {
    *("ReLU", "ReLU6", "LeakyReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Hardswish"),
    *("Sigmoid", "Hardsigmoid", "LogSigmoid", "Tanh", "Hardtanh", "Tanhshrink", "Hardshrink"),
    *("Softshrink", "Softplus", "Softsign", "Threshold"),
}
_MOVING = {
    *("Identity", "Flatten", "Unflatten", "Permute", "TakeToken", "Mean", "ChannelShuffle"),
    *("PixelShuffle", "PixelUnshuffle", "UpsamplingNearest2d", "UpsamplingBilinear2d"),
    *(f"{name}{d}d" for d in (1, 2, 3) for name in (
        "MaxPool", "AdaptiveMaxPool", "AdaptiveAvgPool", "FractionalMaxPool",
        "ReflectionPad", "ReplicationPad", "CircularPad",
    )),
}  # fmt: skip
_WITH_ZEROS = {
    "PadShortcut",
    "GLU",
    *(f"{n}{d}d" for d in (1, 2, 3) for n in ("AvgPool", "ZeroPad")),
}
_DROPOUT = {"Dropout", "Dropout1d", "Dropout2d", "Dropout3d"}
# Slopes that are drawn or learned: they do nothing above zero.
_SLOPES = {"PReLU", "RReLU"}


def bounds(layers: Sequence[Component], given: Bounds = _UNKNOWN) -> Bounds:
    """Of what a list of layers makes of values between those of `given`."""
    found: list[Bounds] = []
    for index in range(len(layers)):
        taken = [given if at is None else found[at] for at in sources(layers, index)]
        found.append(_of(run_by(layers, index), taken))
    return found[-1]


def _of(layer: Component, taken: Sequence[Bounds]) -> Bounds:
    one = taken[0]
    match layer.name:
        case "Sequential":
            for _ in range(layer.get("repeat")):
                one = bounds(layer.get("layers"), one)
            return one
        case "Residual":
            shortcut = layer.get("shortcut")
            around = bounds(shortcut, one) if shortcut else one
            return _sum([bounds(layer.get("layers"), one), around])
        case "Add":
            return _sum(taken)
        case "Multiply":
            return _product(taken)
        case "Concat":
            return _union(taken)
        case name if name in _CONSTANT:
            return _CONSTANT[name]
        case name if name in _FUNCTIONS:
            return _function(layer, one)
        case name if name in _MOVING:
            return one
        case name if name in _WITH_ZEROS:
            return one.with_zero()
        case name if name in _SLOPES:
            return one if one.low >= 0 else replace(one, low=-_MOST, high=_MOST)
        case name if name in _DROPOUT:
            kept = 1 - layer.get("p")
            scale = 1 / kept if kept else 1.0
            return replace(one, low=one.low * scale, high=one.high * scale).with_zero()
        case _ if layer.entry.address.startswith(("torch.", "torchvision.", "cifar_pipe.")):
            return _ANY
        case _:
            return _UNKNOWN


def _function(layer: Component, given: Bounds) -> Bounds:
    """Of the function over the interval: its ends, and points between them that lie densely where
    activations bend.
    """
    module = build(layer)
    assert isinstance(module, nn.Module)
    between = torch.linspace(-12, 12, 4801, dtype=torch.float64)
    ends = torch.tensor([given.low, given.high], dtype=torch.float64)
    points = torch.cat([ends, between.clamp(given.low, given.high)])
    with torch.no_grad():
        values = module(points).clamp(-_MOST, _MOST)
    made = Bounds(values.min().item(), values.max().item(), given.sure)
    # What it cuts off on both sides lies between its ends whatever comes in.
    return replace(made, sure=True) if made.known and given.low <= -_MOST else made


def _sum(taken: Sequence[Bounds]) -> Bounds:
    return _made([sum(one.low for one in taken)], [sum(one.high for one in taken)], taken)


def _product(taken: Sequence[Bounds]) -> Bounds:
    made = taken[0]
    for one in taken[1:]:
        corners = [a * b for a, b in product((made.low, made.high), (one.low, one.high))]
        made = _made(corners, corners, (made, one))
    return made


def _union(taken: Sequence[Bounds]) -> Bounds:
    return _made([one.low for one in taken], [one.high for one in taken], taken)


def _made(lows: Sequence[float], highs: Sequence[float], taken: Sequence[Bounds]) -> Bounds:
    return Bounds(max(min(lows), -_MOST), min(max(highs), _MOST), all(one.sure for one in taken))
