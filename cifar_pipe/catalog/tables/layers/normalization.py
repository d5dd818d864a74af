"""Normalisation."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, Usual
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
# Keras's momentum is the share that is kept.
_SLOW = Usual(
    lambda share: share is None or 0 < share <= 0.5,
    "keeps a running mean of hardly more than one batch, or of none",
    "momentum is the share of the new batch: 0.1 is usual, and 0.99 of Keras is 0.01 here",
)
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
        eps=1e-5,
        momentum=Arg(optional(Probability), 0.1, usual=_SLOW),
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
        momentum=Arg(
            Probability, 0.1, "Share of a new batch in the running mean and variance.", usual=_SLOW
        ),
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
        optional(PositiveFloat),
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
    # A divisor of 0, or a power of a negative one, is NaN, which PyTorch lets pass.
    alpha=Arg(NonNegativeFloat, 1e-4, "Factor of the sum of squares."),
    beta=Arg(Float, 0.75, "Exponent of the divisor."),
    k=Arg(PositiveFloat, 1.0, "Added to the divisor."),
)

NORMALIZATION = [
    *(_batch(d) for d in DIMENSIONS),
    *(_instance(d) for d in DIMENSIONS),
    _GROUP,
    _LAYER,
    _RMS,
    _LOCAL,
]
