"""Transforms of values: the kind of number, colours, blur and noise."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    NonNegativeFloat,
    PositiveFloat,
    Probability,
    Words,
    choice,
    either,
    list_of,
    number,
    optional,
    range_of,
    whole,
    whole_choice,
)
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.images.randomness import (
    by_chance,
    in_ranges,
    jitters,
    unless_zero,
    where_applied,
)
from cifar_pipe.catalog.tables.transforms.make import random, storable, transform


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise PydanticCustomError("odd", "it is even")
    return value


_ODD_WORDS = "an odd whole number above 0"
_Odd = Annotated[
    int,
    Field(strict=True, gt=0),
    AfterValidator(_odd),
    # A `not` would be reported as "matches a schema that is not allowed".
    WithJsonSchema(
        {
            "type": "integer",
            "exclusiveMinimum": 0,
            "if": {"multipleOf": 2, "type": "integer"},
            "then": {"errorMessage": f"takes {_ODD_WORDS}", "type": "null"},
        }
    ),
    Words(_ODD_WORDS, "odd whole numbers above 0"),
]
_Factor = either(NonNegativeFloat, range_of(NonNegativeFloat))
_CHANGE = "Range of the {0} factor, 1 for no change; 0.2 means [0.8, 1.2]."

_recolouring = partial(transform, effect=effects.colours, colours=True, random=by_chance)

COLOURS = [
    storable("Grayscale", "Makes images grey.", effects.grayscale).takes(
        num_output_channels=Arg(
            whole_choice(1, 3), 1, "Channels of the grey image: 1, or 3 equal ones."
        )
    ),
    storable("RGB", "Makes three equal channels of one.", effects.rgb),
    transform(
        "RandomGrayscale",
        "Makes images grey, of as many channels.",
        effects.colours,
        random=by_chance,
    ).takes(p=0.1),
    _recolouring(
        "ColorJitter",
        "Changes brightness, contrast, saturation and hue at random, in random order.",
        random=jitters,
    ).takes(
        brightness=Arg(optional(_Factor), None, _CHANGE.format("brightness")),
        contrast=Arg(optional(_Factor), None, _CHANGE.format("contrast")),
        saturation=Arg(optional(_Factor), None, _CHANGE.format("saturation")),
        hue=Arg(
            optional(either(number(ge=0, le=0.5), range_of(number(ge=-0.5, le=0.5)))),
            None,
            "Range of the hue's shift as a share of the colour circle; 0.1 means [-0.1, 0.1].",
        ),
    ),
    _recolouring(
        "RandomPhotometricDistort",
        "Changes brightness, contrast, saturation and hue, and swaps channels, each at random.",
        random=where_applied,
    ).takes(
        brightness=Arg(
            range_of(NonNegativeFloat), (0.875, 1.125), "Range of the brightness factor."
        ),
        contrast=Arg(range_of(NonNegativeFloat), (0.5, 1.5), "Range of the contrast factor."),
        saturation=Arg(range_of(NonNegativeFloat), (0.5, 1.5), "Range of the saturation factor."),
        hue=Arg(range_of(number(ge=-0.5, le=0.5)), (-0.05, 0.05), "Range of the hue's shift."),
        p=Arg(Probability, 0.5, "Probability of each change."),
    ),
    random("RandomChannelPermutation", "Puts the channels into a random order.", effects.unchanged),
    _recolouring("RandomInvert", "Inverts colours.").takes(p=0.5),
    transform(
        "RandomSolarize",
        "Inverts the values from a threshold on.",
        effects.solarize,
        colours=True,
        random=by_chance,
    ).takes(
        threshold=Arg(
            NonNegativeFloat,
            ...,
            "Lowest value that is inverted: 0 to 255, or 0 to 1 after ToTensor.",
        ),
        p=0.5,
    ),
    _recolouring("RandomPosterize", "Keeps the highest bits of each value.", dtype="uint8").takes(
        bits=Arg(whole(ge=0, le=8), ..., "Bits that are kept of 8."), p=0.5
    ),
    _recolouring("RandomAutocontrast", "Stretches each channel to the whole range.").takes(p=0.5),
    _recolouring("RandomEqualize", "Evens out each channel's histogram.").takes(p=0.5),
    _recolouring("RandomAdjustSharpness", "Blurs or sharpens.").takes(
        sharpness_factor=Arg(NonNegativeFloat, ..., "0 blurs, 1 changes nothing, 2 sharpens."),
        p=0.5,
    ),
    transform(
        "GaussianBlur",
        "Blurs by a Gaussian of random width.",
        effects.blur,
        random=in_ranges(between=("sigma",)),
    ).takes(
        kernel_size=Arg(
            either(_Odd, list_of(_Odd, 2)), ..., "Pixels of the kernel, odd; [along x, along y]."
        ),
        sigma=Arg(
            either(PositiveFloat, range_of(PositiveFloat)),
            (0.1, 2.0),
            "The standard deviation in pixels, or its range.",
        ),
    ),
    transform(
        "GaussianNoise",
        "Adds normal noise to each value.",
        effects.unchanged,
        colours=True,
        random=unless_zero("sigma"),
    ).takes(
        mean=Arg(Float, 0.0, "Mean of the noise, where colours go from 0 to 1."),
        sigma=Arg(
            NonNegativeFloat, 0.1, "Standard deviation of the noise, where colours go from 0 to 1."
        ),
        clip=Arg(Bool, True, "Whether values are kept within the range of colours."),
    ),
]


CONVERSIONS = [
    transform(
        "ToTensor", "Makes floats from 0 to 1 of whole numbers from 0 to 255.", effects.to_tensor
    ),
    transform(
        "ToDtype",
        "Changes the kind of number; with scale, 0 to 255 becomes 0 to 1.",
        effects.to_dtype,
    ).takes(
        dtype=Arg(choice("float32", "uint8"), ..., "The kind of number."),
        scale=Arg(Bool, False, "Whether values are scaled to the new kind's range."),
    ),
    transform(
        "Normalize",
        "Takes the mean away and divides by the standard deviation, for each channel.",
        effects.normalize,
        dtype="float32",
    ).takes(
        mean=Arg(list_of(Float, minimum=1), ..., "Mean of each channel."),
        std=Arg(list_of(PositiveFloat, minimum=1), ..., "Standard deviation of each channel."),
    ),
    storable("ToImage", "Changes nothing here: images are tensors.", effects.unchanged),
    storable("PILToTensor", "Changes nothing here: images are tensors.", effects.unchanged),
    storable("ToPureTensor", "Changes nothing here: images are tensors.", effects.unchanged),
    storable("Identity", "Changes nothing.", effects.unchanged),
]
