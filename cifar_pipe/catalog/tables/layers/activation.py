"""Activations, and dropout: what works on each element and keeps the shape."""

from __future__ import annotations

from cifar_pipe.catalog.core.argument_rules import not_above, ordered
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, Range, Values
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

_FUNCTION = LayerFacts(values=Values.FUNCTION)
_SQUASHES = LayerFacts(values=Values.FUNCTION, squashes=True)
_LEARNED_SLOPE = LayerFacts(values=Values.KEPT_ABOVE_ZERO)
_PROBABILITIES = LayerFacts(values=Range(0, 1), squashes=True)

ACTIVATIONS = [
    layer("ReLU", "max(0, x).", _SQUASHES),
    layer("ReLU6", "min(max(0, x), 6).", _SQUASHES),
    layer(
        "LeakyReLU",
        "x where it is positive, negative_slope x elsewhere.",
        _FUNCTION,
        negative_slope=Arg(Float, 0.01, "Slope below zero."),
    ),
    layer(
        "PReLU",
        "LeakyReLU with a learned slope.",
        _LEARNED_SLOPE,
        num_parameters=Arg(PositiveInt, 1, "1 for one slope, or one for each channel."),
        init=Arg(Float, 0.25, "Slope to begin with."),
    ),
    layer(
        "RReLU",
        "LeakyReLU whose slope is drawn anew in training and is the mean in evaluation.",
        _LEARNED_SLOPE,
        not_above("lower", "upper"),
        lower=Arg(Float, 1 / 8, "Smallest slope."),
        upper=Arg(Float, 1 / 3, "Largest slope."),
    ),
    layer(
        "ELU",
        "x where it is positive, alpha (exp(x) - 1) elsewhere.",
        _FUNCTION,
        alpha=Arg(Float, 1.0, "Where the curve levels off below zero, negated."),
    ),
    layer(
        "CELU",
        "ELU with a continuous slope: alpha (exp(x / alpha) - 1) below zero.",
        _FUNCTION,
        alpha=Arg(PositiveFloat, 1.0, "Where the curve levels off below zero, negated."),
    ),
    layer("SELU", "ELU scaled so that mean and variance keep themselves.", _FUNCTION),
    layer(
        "GELU",
        "x times the normal distribution's share below x.",
        _FUNCTION,
        approximate=Arg(choice("none", "tanh"), "none"),
    ),
    layer("SiLU", "x sigmoid(x), also called swish.", _FUNCTION),
    layer("Mish", "x tanh(softplus(x)).", _FUNCTION),
    layer("Hardswish", "x ReLU6(x + 3) / 6.", _FUNCTION),
    layer("Sigmoid", "1 / (1 + exp(-x)): values between 0 and 1.", _SQUASHES),
    layer("Hardsigmoid", "ReLU6(x + 3) / 6.", _SQUASHES),
    layer("LogSigmoid", "log(sigmoid(x)).", _SQUASHES),
    layer("Tanh", "Hyperbolic tangent: values between -1 and 1.", _SQUASHES),
    layer(
        "Hardtanh",
        "x cut off at both ends.",
        _SQUASHES,
        ordered("min_val", "max_val"),
        min_val=Arg(Float, -1.0, "Lower end."),
        max_val=Arg(Float, 1.0, "Upper end."),
    ),
    layer("Tanhshrink", "x - tanh(x).", _FUNCTION),
    layer("Hardshrink", "x, and 0 near zero.", _FUNCTION, lambd=Arg(Float, 0.5)),
    layer(
        "Softshrink", "x moved towards zero by lambd.", _FUNCTION, lambd=Arg(NonNegativeFloat, 0.5)
    ),
    layer(
        "Softplus",
        "log(1 + exp(beta x)) / beta: a smooth ReLU.",
        _SQUASHES,
        beta=Arg(Float, 1.0, "Sharpness of the bend."),
        threshold=Arg(Float, 20.0, "Above this beta x is taken as it is, for numbers' sake."),
    ),
    layer("Softsign", "x / (1 + |x|).", _SQUASHES),
    layer(
        "Threshold",
        "x above the threshold, value elsewhere.",
        _SQUASHES,
        threshold=Arg(Float, description="Where x begins to pass."),
        value=Arg(Float, description="What is put in place of the rest."),
    ),
    layer(
        "GLU",
        "Half of the channels times the sigmoid of the other half; halves the dimension.",
        LayerFacts(values=Values.KEPT_OR_ZERO),
        dim=Arg(Int, -1),
    ),
    layer(
        "Softmax",
        "Probabilities along a dimension: positive, with the sum 1.",
        _PROBABILITIES,
        dim=_DIM,
    ),
    layer(
        "LogSoftmax",
        "Logarithms of the probabilities along a dimension.",
        LayerFacts(values=Range(high=0), squashes=True),
        dim=_DIM,
    ),
    layer("Softmin", "Softmax of -x.", _PROBABILITIES, dim=_DIM),
    layer(
        "Softmax2d",
        f"Softmax over the channels of each pixel: {SHAPES[2]}.",
        LayerFacts(dimensions=rank(2), values=Range(0, 1)),
    ),
]


def _dropout(dimensions: tuple[int, ...] | None = None) -> LayerFacts:
    return LayerFacts(
        dimensions=dimensions, values=Values.SCALED_OR_ZERO, passes_through=True, drops="p"
    )


# It gives an element that it drops the value that SELU gives far below zero.
_ALPHA = LayerFacts(values=ANY, drops="p")


def _channels(d: int) -> Entry:
    return layer(
        f"Dropout{d}d",
        f"Zeroes whole channels at random in training: {SHAPES[d]}.",
        _dropout(rank(d)),
        p=Arg(Probability, 0.5, "Probability of a channel to be zeroed."),
    )


DROPOUT = [
    layer(
        "Dropout",
        "Zeroes elements at random in training, and scales the rest.",
        _dropout(),
        p=_P,
    ),
    *(_channels(d) for d in DIMENSIONS),
    layer("AlphaDropout", "Dropout that keeps mean and variance, for SELU.", _ALPHA, p=_P),
    layer(
        "FeatureAlphaDropout",
        "AlphaDropout of whole channels: [N, C, ...].",
        _ALPHA,
        p=Arg(Probability, 0.5, "Probability of a channel to be zeroed."),
    ),
]
