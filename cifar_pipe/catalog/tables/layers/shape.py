"""Padding, and layers that only move elements around."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.core.argument_rules import all_dimensions_once
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import LayerFacts, Values
from cifar_pipe.catalog.core.types import (
    Float,
    Int,
    NonNegativeInt,
    PositiveInt,
    either,
    list_of,
    size,
)
from cifar_pipe.catalog.tables.layers.make import DIMENSIONS, SHAPES, layer, of_rank, own, padding

_ORDER = {
    1: "[left, right]",
    2: "[left, right, top, bottom]",
    3: "[left, right, top, bottom, front, back]",
}


def _pads(name: str, what: str, values: Values | None = None, **more: Arg) -> list[Entry]:
    """The layers for 1-D, 2-D and 3-D signals."""
    rows = []
    for d in DIMENSIONS:
        words = f"Pixels at every side, or {_ORDER[d]}; negative ones cut off."
        row = layer(f"{name}Pad{d}d", f"Pads with {what}: {SHAPES[d]}.", of_rank(d, values))
        rows.append(row.takes(padding=Arg(either(Int, list_of(Int, 2 * d)), ..., words), **more))
    return rows


PADDING = [
    *_pads("Zero", "zeros", Values.KEPT_OR_ZERO),
    *_pads("Constant", "one value", value=Arg(Float, ..., "The value to pad with.")),
    *_pads("Reflection", "the mirrored inside, the edge not repeated", Values.KEPT),
    *_pads("Replication", "the edge's own values", Values.KEPT),
    *_pads("Circular", "the opposite side", Values.KEPT),
]

_KERNEL = {"kernel_size": Arg(size(2))}
_WINDOWS = {"dilation": Arg(size(2), 1), "padding": Arg(padding(2), 0), "stride": Arg(size(2), 1)}

_MOVES = LayerFacts(values=Values.KEPT, passes_through=True)
_MOVES_PIXELS = replace(_MOVES, dimensions=(4,))

REARRANGING = [
    layer("Flatten", "Joins dimensions into one: [N, C, H, W] to [N, C H W].", _MOVES).takes(
        start_dim=Arg(Int, 1, "First dimension to join; 0 is the batch."),
        end_dim=Arg(Int, -1, "Last dimension to join; -1 is the last there is."),
    ),
    layer(
        "Unflatten", "Splits a dimension into several: [N, F] to [N, *unflattened_size].", _MOVES
    ).takes(
        dim=Arg(Int, ..., "Dimension to split; 0 is the batch."),
        unflattened_size=Arg(
            list_of(Int, minimum=1), ..., "Sizes to split it into; one may be -1: the rest."
        ),
    ),
    layer(
        "Fold",
        "Adds up windows to an image: [N, C k k, windows] to [N, C, H, W].",
        LayerFacts(dimensions=(3,)),
    ).takes(output_size=Arg(size(2)), **_KERNEL, **_WINDOWS),
    layer(
        "Unfold",
        "Lays out all windows of an image: [N, C, H, W] to [N, C k k, windows].",
        of_rank(2, Values.KEPT_OR_ZERO),
    ).takes(**_KERNEL, **_WINDOWS),
    layer(
        "PixelShuffle",
        "Moves channels into pixels: [N, C r r, H, W] to [N, C, H r, W r].",
        _MOVES_PIXELS,
    ).takes(upscale_factor=Arg(PositiveInt, ..., "The factor r of height and width.")),
    layer(
        "PixelUnshuffle",
        "Moves pixels into channels: [N, C, H r, W r] to [N, C r r, H, W].",
        _MOVES_PIXELS,
    ).takes(downscale_factor=Arg(PositiveInt, ..., "The divisor r of height and width.")),
    layer(
        "ChannelShuffle", "Mixes the channels of several groups: [N, C, H, W].", _MOVES_PIXELS
    ).takes(groups=Arg(PositiveInt, ..., "Groups to divide the channels into; divides them.")),
    layer("Identity", "Gives what it takes.", _MOVES),
    own(
        "Permute",
        "layers.permute",
        "Puts the dimensions into another order.",
        _MOVES,
        all_dimensions_once,
    ).takes(
        dims=Arg(
            list_of(NonNegativeInt, minimum=2),
            ...,
            "Which dimension goes where; 0 is the batch, and stays first.",
        )
    ),
    own(
        "PadShortcut",
        "layers.pad_shortcut",
        "Takes every stride-th pixel and adds channels of zeros: [N, C, H, W] to "
        "[N, out_channels, H', W'].",
        of_rank(2, Values.KEPT_OR_ZERO),
        link="https://arxiv.org/abs/1512.03385",
    ).takes(
        in_channels=...,
        out_channels=Arg(PositiveInt, ..., "Channels of the output; not below the input's."),
        stride=Arg(PositiveInt, 1, "Keeps one pixel of so many, along height and width."),
    ),
]
