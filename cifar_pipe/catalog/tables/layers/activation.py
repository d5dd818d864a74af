"""Activations, and dropout: what works on each element and keeps the shape."""

from __future__ import annotations

from cifar_pipe.catalog.core.argument_rules import not_above, ordered
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.types import (
    Float,
    Int,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
)
from cifar_pipe.catalog.tables.layers.make import DIMENSIONS, SHAPES, layer, rank

_P = Arg(Probability, 0.5)
_DIM = Arg(Int)

ACTIVATIONS = [
    layer("ReLU", "max(0, x)."),
    layer("ReLU6", "min(max(0, x), 6)."),
    layer(
        "LeakyReLU",
        "x where it is positive, negative_slope x elsewhere.",
        negative_slope=Arg(Float, 0.01, "Slope below zero."),
    ),
    layer(
        "PReLU",
        "LeakyReLU with a learned slope.",
        num_parameters=Arg(PositiveInt, 1, "1 for one slope, or one for each channel."),
        init=Arg(Float, 0.25, "Slope to begin with."),
    ),
    layer(
        "RReLU",
        "LeakyReLU whose slope is drawn anew in training and is the mean in evaluation.",
        traits={"rule": not_above("lower", "upper")},
        lower=Arg(Float, 1 / 8, "Smallest slope."),
        upper=Arg(Float, 1 / 3, "Largest slope."),
    ),
    layer(
        "ELU",
        "x where it is positive, alpha (exp(x) - 1) elsewhere.",
        alpha=Arg(Float, 1.0, "Where the curve levels off below zero, negated."),
    ),
    layer(
        "CELU",
        "ELU with a continuous slope: alpha (exp(x / alpha) - 1) below zero.",
        alpha=Arg(PositiveFloat, 1.0, "Where the curve levels off below zero, negated."),
    ),
    layer("SELU", "ELU scaled so that mean and variance keep themselves."),
    layer(
        "GELU",
        "x times the normal distribution's share below x.",
        approximate=Arg(choice("none", "tanh"), "none"),
    ),
    layer("SiLU", "x sigmoid(x), also called swish."),
    layer("Mish", "x tanh(softplus(x))."),
    layer("Hardswish", "x ReLU6(x + 3) / 6."),
    layer("Sigmoid", "1 / (1 + exp(-x)): values between 0 and 1."),
    layer("Hardsigmoid", "ReLU6(x + 3) / 6."),
    layer("LogSigmoid", "log(sigmoid(x))."),
    layer("Tanh", "Hyperbolic tangent: values between -1 and 1."),
    layer(
        "Hardtanh",
        "x cut off at both ends.",
        traits={"rule": ordered("min_val", "max_val")},
        min_val=Arg(Float, -1.0, "Lower end."),
        max_val=Arg(Float, 1.0, "Upper end."),
    ),
    layer("Tanhshrink", "x - tanh(x)."),
    layer("Hardshrink", "x, and 0 near zero.", lambd=Arg(Float, 0.5)),
    layer("Softshrink", "x moved towards zero by lambd.", lambd=Arg(NonNegativeFloat, 0.5)),
    layer(
        "Softplus",
        "log(1 + exp(beta x)) / beta: a smooth ReLU.",
        beta=Arg(Float, 1.0, "Sharpness of the bend."),
        threshold=Arg(Float, 20.0, "Above this beta x is taken as it is, for numbers' sake."),
    ),
    layer("Softsign", "x / (1 + |x|)."),
    layer(
        "Threshold",
        "x above the threshold, value elsewhere.",
        threshold=Arg(Float, description="Where x begins to pass."),
        value=Arg(Float, description="What stands in for the rest."),
    ),
    layer(
        "GLU",
        "Half of the channels times the sigmoid of the other half; halves the dimension.",
        dim=Arg(Int, -1),
    ),
    layer("Softmax", "Probabilities along a dimension: positive, with the sum 1.", dim=_DIM),
    layer("LogSoftmax", "Logarithms of the probabilities along a dimension.", dim=_DIM),
    layer("Softmin", "Softmax of -x.", dim=_DIM),
    layer("Softmax2d", f"Softmax over the channels of each pixel: {SHAPES[2]}.", traits=rank(2)),
]


def _channels(d: int) -> Entry:
    return layer(
        f"Dropout{d}d",
        f"Zeroes whole channels at random in training: {SHAPES[d]}.",
        traits=rank(d),
        p=Arg(Probability, 0.5, "Probability of a channel to be zeroed."),
    )


DROPOUT = [
    layer(
        "Dropout",
        "Zeroes elements at random in training, and scales the rest.",
        p=_P,
    ),
    *(_channels(d) for d in DIMENSIONS),
    layer("AlphaDropout", "Dropout that keeps mean and variance, for SELU.", p=_P),
    layer(
        "FeatureAlphaDropout",
        "AlphaDropout of whole channels: [N, C, ...].",
        p=Arg(Probability, 0.5, "Probability of a channel to be zeroed."),
    ),
]
