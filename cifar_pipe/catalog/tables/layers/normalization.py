"""Normalisation."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import ANY, LayerFacts
from cifar_pipe.catalog.core.types import (
    Float,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Probability,
    optional,
)
from cifar_pipe.catalog.tables.layers.make import DIMENSIONS, SHAPES, layer, of_rank, sizes

_ANY = LayerFacts(values=ANY)
_NORMALIZED = Arg(
    sizes(),
    ...,
    "Last dimensions to normalise over together; inferred for [N, F] and [N, S, F].",
    inferred="shape",
)


def _batch(d: int) -> Entry:
    takes = "[N, C] or [N, C, L]" if d == 1 else SHAPES[d]
    return layer(
        f"BatchNorm{d}d",
        f"Normalises each channel over the batch: {takes}.",
        LayerFacts(dimensions=(2, 3), values=ANY) if d == 1 else of_rank(d, ANY),
    ).takes(
        num_features=...,
        # PyTorch refuses 0 in training, and here alone.
        eps=Arg(PositiveFloat, 1e-5),
        momentum=Arg(optional(Probability), 0.1),
        affine=True,
        track_running_stats=True,
        bias=True,
    )


def _instance(d: int) -> Entry:
    return layer(
        f"InstanceNorm{d}d", f"Normalises each channel of each image: {SHAPES[d]}.", of_rank(d, ANY)
    ).takes(
        num_features=...,
        eps=1e-5,
        momentum=Arg(Probability, 0.1, "Share of a new batch in the running mean and variance."),
        affine=False,
        track_running_stats=False,
        bias=True,
    )


_GROUP = layer(
    "GroupNorm", "Normalises groups of channels of each image: [N, C, ...].", _ANY
).takes(
    num_groups=Arg(PositiveInt, ..., "Groups to divide the channels into; divides them."),
    num_channels=...,
    eps=1e-5,
    affine=True,
    bias=True,
)

_LAYER = layer(
    "LayerNorm",
    "Normalises over the last dimensions of each element: [N, ..., *normalized_shape].",
    _ANY,
).takes(normalized_shape=_NORMALIZED, eps=1e-5, elementwise_affine=True, bias=True)

_RMS = layer(
    "RMSNorm",
    "Divides by the root mean square of the last dimensions: [N, ..., *normalized_shape].",
    _ANY,
).takes(
    normalized_shape=_NORMALIZED,
    eps=Arg(
        optional(NonNegativeFloat),
        None,
        "Added to the mean square; null: the number type's own epsilon.",
    ),
    elementwise_affine=True,
)

_LOCAL = layer(
    "LocalResponseNorm",
    "Normalises each pixel over the channels beside it: [N, C, ...].",
    LayerFacts(dimensions=(3, 4, 5)),
).takes(
    size=Arg(PositiveInt, ..., "How many channels are taken together."),
    alpha=Arg(Float, 1e-4, "Factor of the sum of squares."),
    beta=Arg(Float, 0.75, "Exponent of the divisor."),
    # Below 0 a power of a negative number: NaN, which PyTorch lets pass.
    k=Arg(NonNegativeFloat, 1.0, "Added to the divisor."),
)

NORMALIZATION = [
    *(_batch(d) for d in DIMENSIONS),
    *(_instance(d) for d in DIMENSIONS),
    _GROUP,
    _LAYER,
    _RMS,
    _LOCAL,
]
