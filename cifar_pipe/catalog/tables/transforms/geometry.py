"""Transforms that change the size of images or move pixels, and RandomErasing, which overwrites some."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    NonNegativeFloat,
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
from cifar_pipe.catalog.images.randomness import by_chance, in_ranges, unless_zero, where_applied
from cifar_pipe.catalog.tables.transforms.make import random, storable, transform

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


_Degrees = either(NonNegativeFloat, range_of(Float))

GEOMETRY = [
    transform(
        "RandomHorizontalFlip", "Mirrors left and right.", effects.unchanged, random=by_chance
    ).takes(p=0.5),
    transform(
        "RandomVerticalFlip", "Mirrors top and bottom.", effects.unchanged, random=by_chance
    ).takes(p=0.5),
    transform(
        "RandomRotation",
        "Turns images by a random angle.",
        effects.rotation,
        random=in_ranges(about_zero=("degrees",)),
    ).takes(
        degrees=Arg(_Degrees, ..., "Range of the angle in degrees; 30 means [-30, 30]."),
        interpolation="nearest",
        expand=Arg(Bool, False, "Whether images grow to hold all of the turned image."),
        center=None,
        fill=0,
    ),
    transform(
        "RandomAffine",
        "Turns, moves, scales and shears images at random.",
        effects.filled,
        random=lambda affine: (
            in_ranges(about_zero=("degrees", "shear"), between=("scale",))(affine)
            or unless_zero("translate")(affine)
        ),
    ).takes(
        degrees=Arg(_Degrees, ..., "Range of the angle in degrees; 30 means [-30, 30]."),
        translate=Arg(
            optional(list_of(Probability, 2)), None, "Largest shift as shares of [width, height]."
        ),
        scale=Arg(optional(range_of(PositiveFloat)), None, "Range of the scaling factor."),
        shear=Arg(
            optional(either(NonNegativeFloat, list_of(Float, 2), list_of(Float, 4))),
            None,
            "Range of the shear along x in degrees, 10 for [-10, 10]; four values: along x, along y.",
        ),
        interpolation="nearest",
        fill=0,
        center=None,
    ),
    transform(
        "RandomPerspective",
        "Shows images as if seen from a random point.",
        effects.filled,
        random=where_applied,
    ).takes(
        distortion_scale=Arg(Probability, 0.5, "How far corners move, as a share of half a side."),
        p=0.5,
        interpolation="bilinear",
        fill=0,
    ),
    transform(
        "ElasticTransform",
        "Moves each pixel by a smooth random field.",
        effects.elastic,
        random=unless_zero("alpha"),
    ).takes(
        alpha=Arg(
            either(NonNegativeFloat, list_of(NonNegativeFloat, 2)),
            50.0,
            "How far pixels move; [along x, along y].",
        ),
        sigma=Arg(
            either(PositiveFloat, list_of(PositiveFloat, 2)),
            5.0,
            "How smooth the field is, in pixels; [along x, along y].",
        ),
        interpolation="bilinear",
        fill=0,
    ),
    transform(
        "RandomErasing",
        "Overwrites a random rectangle (Zhong et al., 2017, arXiv:1708.04896).",
        effects.erasing,
        random=where_applied,
    ).takes(
        p=0.5,
        scale=Arg(
            range_of(Probability), (0.02, 0.33), "Range of the rectangle's share of the area."
        ),
        ratio=Arg(range_of(PositiveFloat), (0.3, 3.3), "Range of its height over its width."),
        value=Arg(
            either(Float, list_of(Float, minimum=1), choice("random")),
            0.0,
            "What is written: one number, one for each channel, or random for normal noise.",
        ),
    ),
]
