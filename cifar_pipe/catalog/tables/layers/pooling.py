"""Pooling and resizing: the layers that change height and width and nothing else."""

from __future__ import annotations

from functools import partial
from typing import Any

from cifar_pipe.catalog.core.argument_rules import exactly_one
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import LayerFacts, Range, Values
from cifar_pipe.catalog.core.types import (
    Bool,
    PositiveFloat,
    PositiveInt,
    choice,
    either,
    list_of,
    number,
    optional,
    size,
)
from cifar_pipe.catalog.tables.layers.make import (
    DIMENSIONS,
    NEW_SIZES,
    SHAPES,
    layer,
    of_rank,
    padding,
    sizes,
    window,
)

_KEPT = "Size of the output, in pixels; null in the list keeps the input's."
_kept = partial(of_rank, values=Values.KEPT)


def _to(d: int) -> str:
    return f"{SHAPES[d]} to [N, C, {NEW_SIZES[d]}]"


def _maximum(d: int) -> Entry:
    return layer(f"MaxPool{d}d", f"Maximum of each window: {_to(d)}.", _kept(d)).takes(
        **window(d, stride=None),
        padding=Arg(padding(d), 0),
        dilation=Arg(size(d), 1),
        ceil_mode=False,
    )


def _average(d: int) -> Entry:
    divisor = {} if d == 1 else {"divisor_override": Arg(optional(PositiveInt), None)}
    return layer(
        f"AvgPool{d}d", f"Mean of each window: {_to(d)}.", of_rank(d, Values.KEPT_OR_ZERO)
    ).takes(
        **window(d, stride=None),
        padding=Arg(padding(d), 0),
        ceil_mode=False,
        count_include_pad=True,
        **divisor,
    )


def _norm(d: int) -> Entry:
    return layer(
        f"LPPool{d}d",
        f"p-norm of each window: {_to(d)}.",
        of_rank(d, Range(low=0), exponent="norm_type"),
    ).takes(
        # Below 1 the gradient at 0 is infinite, which PyTorch lets pass.
        norm_type=Arg(number(ge=1)),
        **window(d, stride=None),
        ceil_mode=False,
    )


def _adaptive(d: int, name: str, what: str) -> Entry:
    each: Any = list_of(optional(PositiveInt), d)
    return layer(
        f"Adaptive{name}Pool{d}d",
        f"{what} of as many windows as give the wanted size: {_to(d)}.",
        _kept(d),
    ).takes(output_size=Arg(either(PositiveInt, each), ..., _KEPT))


def _fractional(d: int) -> Entry:
    return layer(
        f"FractionalMaxPool{d}d",
        f"Maximum of windows drawn at random: {_to(d)}.",
        _kept(d),
        exactly_one("output_size", "output_ratio"),
    ).takes(
        kernel_size=Arg(size(d)),
        output_size=Arg(optional(size(d)), None),
        output_ratio=Arg(optional(size(d, number(gt=0, lt=1))), None),
    )


_UPSAMPLE = layer(
    "Upsample",
    "Enlarges: [N, C, ...] to [N, C, ...], with one, two or three dimensions of pixels.",
    # bicubic goes beyond the values that it is given.
    LayerFacts(dimensions=(3, 4, 5)),
    exactly_one("size", "scale_factor"),
).takes(
    size=Arg(optional(sizes()), None),
    scale_factor=Arg(optional(sizes(PositiveFloat)), None),
    mode=Arg(choice("nearest", "linear", "bilinear", "bicubic", "trilinear"), "nearest"),
    align_corners=Arg(optional(Bool), None),
    recompute_scale_factor=Arg(optional(Bool), None),
)


def _upsampling(name: str, what: str) -> Entry:
    return layer(
        f"Upsampling{name}2d",
        f"Enlarges by {what}: {_to(2)}.",
        _kept(2),
        exactly_one("size", "scale_factor"),
    ).takes(
        size=Arg(optional(size(2)), None), scale_factor=Arg(optional(size(2, PositiveFloat)), None)
    )


POOLING = [
    *(_maximum(d) for d in DIMENSIONS),
    *(_average(d) for d in DIMENSIONS),
    *(_adaptive(d, "Avg", "Mean") for d in DIMENSIONS),
    *(_adaptive(d, "Max", "Maximum") for d in DIMENSIONS),
    *(_norm(d) for d in DIMENSIONS),
    *(_fractional(d) for d in (2, 3)),
    _UPSAMPLE,
    _upsampling("Nearest", "repeating the nearest pixel"),
    _upsampling("Bilinear", "bilinear interpolation, corners on corners"),
]
