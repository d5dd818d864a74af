"""Transforms that change the size of images."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
    either,
    list_of,
    optional,
    range_of,
    size,
)
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.tables.transforms.make import random, storable

_Padding = either(
    NonNegativeInt,
    list_of(NonNegativeInt, 2),
    list_of(NonNegativeInt, 4),
    expected="a whole number of at least 0, or a list of 2 or 4",
)

_SIZE = "Height and width in pixels, [height, width]; one number for a square."
_RESAMPLING = Arg(choice("nearest", "nearest-exact", "bilinear", "bicubic"), "bilinear")

SIZES = [
    storable(
        "Resize",
        "Scales images; one number is the shorter side, and the shape is kept.",
        effects.resize,
    ).takes(
        size=Arg(
            optional(size(2)),
            ...,
            "The shorter side in pixels, or [height, width]; null for max_size alone.",
        ),
        interpolation=_RESAMPLING,
        max_size=Arg(
            optional(PositiveInt),
            None,
            "The longer side's limit in pixels, for a size of one number.",
        ),
        antialias=True,
    ),
    storable(
        "CenterCrop", "Cuts out the middle; smaller images are padded with 0.", effects.sized
    ).takes(size=Arg(size(2), ..., _SIZE)),
    storable("Pad", "Adds a border.", effects.pad).takes(
        padding=Arg(
            _Padding,
            ...,
            "Pixels on each side, [left and right, top and bottom], or [left, top, right, bottom].",
        ),
        fill=0,
        padding_mode="constant",
    ),
    random("RandomCrop", "Cuts out a part at a random place.", effects.random_crop).takes(
        size=Arg(size(2), ..., _SIZE),
        padding=Arg(
            optional(_Padding),
            None,
            "Pixels added before cropping: on each side, [left and right, top and bottom], or [left, top, right, bottom].",
        ),
        pad_if_needed=Arg(Bool, False, "Whether smaller images are padded to the size."),
        fill=0,
        padding_mode="constant",
    ),
    random(
        "RandomResizedCrop",
        "Cuts out a part of random place, area and aspect ratio, and scales it to one size.",
        effects.sized,
    ).takes(
        size=Arg(size(2), ..., _SIZE),
        scale=Arg(range_of(Probability), (0.08, 1.0), "Range of the share of the area."),
        ratio=Arg(range_of(PositiveFloat), (3 / 4, 4 / 3), "Range of width over height."),
        interpolation=_RESAMPLING,
        antialias=True,
    ),
]
