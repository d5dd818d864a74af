"""Convolutions and fully connected layers: the ones that mix channels."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import ANY, LayerFacts
from cifar_pipe.catalog.core.types import (
    Bool,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
    either,
    size,
)
from cifar_pipe.catalog.tables.layers.make import (
    DIMENSIONS,
    NEW_SIZES,
    SHAPES,
    layer,
    of_rank,
    padding,
    window,
)


def _convolution(d: int) -> Entry:
    return layer(
        f"Conv{d}d",
        f"{d}-D convolution: {SHAPES[d]} to [N, out_channels, {NEW_SIZES[d]}].",
        of_rank(d, ANY),
    ).takes(
        in_channels=...,
        out_channels=...,
        **window(d),
        padding=Arg(
            either(padding(d), choice("valid", "same")),
            0,
            "Pixels added at both sides; valid adds none, same keeps the size (with stride 1).",
        ),
        dilation=Arg(size(d), 1),
        groups=1,
        bias=True,
        padding_mode=Arg(choice("zeros", "reflect", "replicate", "circular"), "zeros"),
    )


def _transposed(d: int) -> Entry:
    return layer(
        f"ConvTranspose{d}d",
        f"{d}-D transposed convolution, which enlarges: {SHAPES[d]} to "
        f"[N, out_channels, {NEW_SIZES[d]}].",
        of_rank(d, ANY),
    ).takes(
        in_channels=...,
        out_channels=...,
        **window(d),
        padding=Arg(padding(d), 0, "Pixels cut off at both sides of each dimension."),
        output_padding=Arg(padding(d), 0),
        groups=1,
        bias=True,
        dilation=Arg(size(d), 1),
        padding_mode=Arg(choice("zeros"), "zeros"),
    )


_LINEAR = layer(
    "Linear",
    "Fully connected layer: [N, in_features] to [N, out_features].",
    LayerFacts(after_flatten=True, values=ANY),
).takes(in_features=..., out_features=..., bias=True)

_ENCODER = layer(
    "TransformerEncoderLayer",
    "Self-attention and a feed-forward network over a sequence: [N, S, E] to [N, S, E].",
    LayerFacts(dimensions=(3,), values=ANY),
).takes(
    d_model=Arg(PositiveInt, ..., "Size E of each element; inferred.", inferred="features"),
    nhead=Arg(PositiveInt, ..., "Attention heads; divides d_model."),
    dim_feedforward=Arg(PositiveInt, 2048, "Size of the feed-forward network's hidden layer."),
    dropout=Arg(Probability, 0.1, "Probability of an element to be zeroed."),
    activation=Arg(choice("relu", "gelu"), "relu", "Activation of the feed-forward network."),
    layer_norm_eps=Arg(PositiveFloat, 1e-5, "eps of the two layer norms."),
    norm_first=Arg(Bool, False, "Normalise before attention and feed-forward, not after."),
    bias=True,
)

CONVOLUTIONS = [
    *(_convolution(d) for d in DIMENSIONS),
    *(_transposed(d) for d in DIMENSIONS),
    _LINEAR,
    replace(_ENCODER, fixed_args={"batch_first": True}),
]
