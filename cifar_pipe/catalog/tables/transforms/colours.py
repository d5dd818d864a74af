"""Transforms of colours, blur and noise."""

from __future__ import annotations

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
    either,
    list_of,
    optional,
    range_of,
    whole_choice,
)
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.tables.transforms.make import (
    between,
    probability,
    random,
    storable,
    whole_between,
)


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

COLOURS = [
    storable(
        "Grayscale",
        "Makes images grey.",
        effects.grayscale,
        num_output_channels=Arg(
            whole_choice(1, 3), 1, "Channels of the grey image: 1, or 3 equal ones."
        ),
    ),
    storable("RGB", "Makes three equal channels of one.", effects.rgb),
    random(
        "RandomGrayscale",
        "Makes images grey, of as many channels.",
        effects.colours,
        p=probability(0.1),
    ),
    random(
        "ColorJitter",
        "Changes brightness, contrast, saturation and hue at random, in random order.",
        effects.colours,
        brightness=Arg(optional(_Factor), None, _CHANGE.format("brightness")),
        contrast=Arg(optional(_Factor), None, _CHANGE.format("contrast")),
        saturation=Arg(optional(_Factor), None, _CHANGE.format("saturation")),
        hue=Arg(
            optional(either(between(0, 0.5), range_of(between(-0.5, 0.5)))),
            None,
            "Range of the hue's shift as a share of the colour circle; 0.1 means [-0.1, 0.1].",
        ),
        colours=True,
    ),
    random(
        "RandomPhotometricDistort",
        "Changes brightness, contrast, saturation and hue, and swaps channels, each at random.",
        effects.colours,
        brightness=Arg(
            range_of(NonNegativeFloat), (0.875, 1.125), "Range of the brightness factor."
        ),
        contrast=Arg(range_of(NonNegativeFloat), (0.5, 1.5), "Range of the contrast factor."),
        saturation=Arg(range_of(NonNegativeFloat), (0.5, 1.5), "Range of the saturation factor."),
        hue=Arg(range_of(between(-0.5, 0.5)), (-0.05, 0.05), "Range of the hue's shift."),
        p=Arg(Probability, 0.5, "Probability of each change."),
        colours=True,
    ),
    random("RandomChannelPermutation", "Puts the channels into a random order.", effects.unchanged),
    random("RandomInvert", "Inverts colours.", effects.colours, p=probability(), colours=True),
    random(
        "RandomSolarize",
        "Inverts the values from a threshold on.",
        effects.solarize,
        threshold=Arg(
            NonNegativeFloat,
            description="Lowest value that is inverted: 0 to 255, or 0 to 1 after ToTensor.",
        ),
        p=probability(),
        colours=True,
    ),
    random(
        "RandomPosterize",
        "Keeps the highest bits of each value.",
        effects.colours,
        bits=Arg(whole_between(0, 8), description="Bits that are kept of 8."),
        p=probability(),
        takes="uint8",
        colours=True,
    ),
    random(
        "RandomAutocontrast",
        "Stretches each channel to the whole range.",
        effects.colours,
        p=probability(),
        colours=True,
    ),
    random(
        "RandomEqualize",
        "Evens out each channel's histogram.",
        effects.colours,
        p=probability(),
        colours=True,
    ),
    random(
        "RandomAdjustSharpness",
        "Blurs or sharpens.",
        effects.colours,
        sharpness_factor=Arg(
            NonNegativeFloat, description="0 blurs, 1 changes nothing, 2 sharpens."
        ),
        p=probability(),
        colours=True,
    ),
    random(
        "GaussianBlur",
        "Blurs by a Gaussian of random width.",
        effects.blur,
        kernel_size=Arg(
            either(_Odd, list_of(_Odd, 2)),
            description="Pixels of the kernel, odd; [along x, along y].",
        ),
        sigma=Arg(
            either(PositiveFloat, range_of(PositiveFloat)),
            (0.1, 2.0),
            "The standard deviation in pixels, or its range.",
        ),
    ),
    random(
        "GaussianNoise",
        "Adds normal noise to each value.",
        effects.unchanged,
        mean=Arg(Float, 0.0, "Mean of the noise, where colours go from 0 to 1."),
        sigma=Arg(
            NonNegativeFloat, 0.1, "Standard deviation of the noise, where colours go from 0 to 1."
        ),
        clip=Arg(Bool, True, "Whether values are kept within the range of colours."),
        colours=True,
    ),
]
