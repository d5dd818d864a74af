"""Activations, and dropout: what works on each element and keeps the shape."""

from __future__ import annotations

from functools import partial
from typing import Any

from cifar_pipe.catalog.core.argument_rules import not_above, ordered
from cifar_pipe.catalog.core.entry import Arg, Entry, Usual
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, Range, Values
from cifar_pipe.catalog.core.types import (
    Float,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
)
from cifar_pipe.catalog.tables.layers.make import DIMENSIONS, SHAPES, layer, of_rank

_function = partial(layer, facts=LayerFacts(values=Values.FUNCTION))
# A network whose outputs are logits does not end with one of these.
_squashing = partial(layer, facts=LayerFacts(values=Values.FUNCTION, squashes=True))
_LEARNED_SLOPE = LayerFacts(values=Values.KEPT_ABOVE_ZERO)
_PROBABILITIES = LayerFacts(values=Range(0, 1), squashes=True)

ACTIVATIONS = [
    _squashing("ReLU", "max(0, x)."),
    _squashing("ReLU6", "min(max(0, x), 6)."),
    _function("LeakyReLU", "x where it is positive, negative_slope x elsewhere.").takes(
        negative_slope=Arg(
            Float,
            0.01,
            "Slope below zero.",
            usual=Usual(
                lambda slope: 0 <= slope < 1,
                "is no ReLU that leaks",
                "a slope from 0 to below 1, without a minus: 0.01 is usual",
            ),
        )
    ),
    layer("PReLU", "LeakyReLU with a learned slope.", _LEARNED_SLOPE).takes(
        num_parameters=Arg(PositiveInt, 1, "1 for one slope, or one for each channel."),
        init=Arg(Float, 0.25, "Slope to begin with."),
    ),
    layer(
        "RReLU",
        "LeakyReLU whose slope is drawn anew in training and is the mean in evaluation.",
        _LEARNED_SLOPE,
        not_above("lower", "upper"),
    ).takes(lower=Arg(Float, 1 / 8, "Smallest slope."), upper=Arg(Float, 1 / 3, "Largest slope.")),
    _function("ELU", "x where it is positive, alpha (exp(x) - 1) elsewhere.").takes(
        alpha=Arg(Float, 1.0, "Where the curve levels off below zero, negated.")
    ),
    _function("CELU", "ELU with a continuous slope: alpha (exp(x / alpha) - 1) below zero.").takes(
        alpha=Arg(PositiveFloat, 1.0, "Where the curve levels off below zero, negated.")
    ),
    _function("SELU", "ELU scaled so that mean and variance keep themselves."),
    _function("GELU", "x times the normal distribution's share below x.").takes(
        approximate=Arg(choice("none", "tanh"), "none")
    ),
    _function("SiLU", "x sigmoid(x), also called swish."),
    _function("Mish", "x tanh(softplus(x))."),
    _function("Hardswish", "x ReLU6(x + 3) / 6."),
    _squashing("Sigmoid", "1 / (1 + exp(-x)): values between 0 and 1."),
    _squashing("Hardsigmoid", "ReLU6(x + 3) / 6."),
    _squashing("LogSigmoid", "log(sigmoid(x))."),
    _squashing("Tanh", "Hyperbolic tangent: values between -1 and 1."),
    _squashing("Hardtanh", "x cut off at both ends.", rule=ordered("min_val", "max_val")).takes(
        min_val=Arg(Float, -1.0, "Lower end."), max_val=Arg(Float, 1.0, "Upper end.")
    ),
    _function("Tanhshrink", "x - tanh(x)."),
    _function("Hardshrink", "x, and 0 near zero.").takes(lambd=Arg(Float, 0.5)),
    _function("Softshrink", "x moved towards zero by lambd.").takes(
        lambd=Arg(NonNegativeFloat, 0.5)
    ),
    _squashing("Softplus", "log(1 + exp(beta x)) / beta: a smooth ReLU.").takes(
        # 0 / 0, which PyTorch lets pass.
        beta=Arg(PositiveFloat, 1.0, "Sharpness of the bend."),
        threshold=Arg(Float, 20.0, "Above this beta x is taken as it is, for numbers' sake."),
    ),
    _squashing("Softsign", "x / (1 + |x|)."),
    _squashing("Threshold", "x above the threshold, value elsewhere.").takes(
        threshold=Arg(Float, ..., "Where x begins to pass."),
        value=Arg(Float, ..., "Value of the rest."),
    ),
    layer(
        "GLU",
        "Half of the channels times the sigmoid of the other half; halves the dimension.",
        LayerFacts(values=Values.KEPT_OR_ZERO),
    ).takes(dim=-1),
    layer(
        "Softmax", "Probabilities along a dimension: positive, with the sum 1.", _PROBABILITIES
    ).takes(dim=...),
    layer(
        "LogSoftmax",
        "Logarithms of the probabilities along a dimension.",
        LayerFacts(values=Range(high=0), squashes=True),
    ).takes(dim=...),
    layer("Softmin", "Softmax of -x.", _PROBABILITIES).takes(dim=...),
    layer(
        "Softmax2d",
        f"Softmax over the channels of each pixel: {SHAPES[2]}.",
        of_rank(2, Range(0, 1)),
    ),
]


_DROPS: Any = {"values": Values.SCALED_OR_ZERO, "passes_through": True, "drops": "p"}
# It gives an element that it drops the value that SELU gives far below zero.
_ALPHA = LayerFacts(values=ANY, drops="p")
_CHANNEL = Arg(Probability, 0.5, "Probability of a channel to be zeroed.")


def _channels(d: int) -> Entry:
    summary = f"Zeroes whole channels at random in training: {SHAPES[d]}."
    return layer(f"Dropout{d}d", summary, of_rank(d, **_DROPS)).takes(p=_CHANNEL)


DROPOUT = [
    layer(
        "Dropout",
        "Zeroes elements at random in training, and scales the rest.",
        LayerFacts(**_DROPS),
    ).takes(p=0.5),
    *(_channels(d) for d in DIMENSIONS),
    layer("AlphaDropout", "Dropout that keeps mean and variance, for SELU.", _ALPHA).takes(p=0.5),
    layer("FeatureAlphaDropout", "AlphaDropout of whole channels: [N, C, ...].", _ALPHA).takes(
        p=_CHANNEL
    ),
]
