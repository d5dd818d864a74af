"""Transforms that change the size of images."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    choice,
    either,
    list_of,
    optional,
    range_of,
    size,
)
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.tables.transforms.make import between, fill, random, storable

_Padding = either(
    NonNegativeInt,
    list_of(NonNegativeInt, 2),
    list_of(NonNegativeInt, 4),
    expected="a whole number of at least 0, or a list of 2 or 4",
)

_SIZE = "Height and width in pixels, [height, width]; one number for a square."


def _resampling(default: str) -> Arg:
    names = ("nearest", "nearest-exact", "bilinear", "bicubic")
    return Arg(choice(*names), default, "How values between pixels are found.")


_ANTIALIAS = Arg(Bool, True, "Whether shrinking averages over all pixels it leaves out.")
_PADDING_MODE = Arg(
    choice("constant", "edge", "reflect", "symmetric"),
    "constant",
    "What the border shows: fill, the last pixel, or the image mirrored without or with it.",
)

SIZES = [
    storable(
        "Resize",
        "Scales images; one number is the shorter side, and the shape is kept.",
        effects.resize,
        size=Arg(
            optional(size(2)),
            description="The shorter side in pixels, or [height, width]; null for max_size alone.",
        ),
        interpolation=_resampling("bilinear"),
        max_size=Arg(
            optional(PositiveInt),
            None,
            "The longer side's limit in pixels, for a size of one number.",
        ),
        antialias=_ANTIALIAS,
    ),
    storable(
        "CenterCrop",
        "Cuts out the middle; smaller images are padded with 0.",
        effects.sized,
        size=Arg(size(2), description=_SIZE),
    ),
    storable(
        "Pad",
        "Adds a border.",
        effects.pad,
        padding=Arg(
            _Padding,
            description="Pixels on each side, [left and right, top and bottom], or [left, top, right, bottom].",
        ),
        fill=fill(),
        padding_mode=_PADDING_MODE,
    ),
    random(
        "RandomCrop",
        "Cuts out a part at a random place.",
        effects.random_crop,
        size=Arg(size(2), description=_SIZE),
        padding=Arg(
            optional(_Padding),
            None,
            "Pixels added before cropping: on each side, [left and right, top and bottom], or [left, top, right, bottom].",
        ),
        pad_if_needed=Arg(Bool, False, "Whether smaller images are padded to the size."),
        fill=fill(),
        padding_mode=_PADDING_MODE,
    ),
    random(
        "RandomResizedCrop",
        "Cuts out a part of random place, area and aspect ratio, and scales it to one size.",
        effects.sized,
        size=Arg(size(2), description=_SIZE),
        scale=Arg(range_of(between(0, 1)), (0.08, 1.0), "Range of the share of the area."),
        ratio=Arg(range_of(PositiveFloat), (3 / 4, 4 / 3), "Range of width over height."),
        interpolation=_resampling("bilinear"),
        antialias=_ANTIALIAS,
    ),
]
