"""Transforms that change the kind of number, or nothing."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import Bool, Float, PositiveFloat, choice, list_of
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.tables.transforms.make import storable, transform

CONVERSIONS = [
    transform(
        "ToTensor", "Makes floats from 0 to 1 of whole numbers from 0 to 255.", effects.to_tensor
    ),
    transform(
        "ToDtype",
        "Changes the kind of number; with scale, 0 to 255 becomes 0 to 1.",
        effects.to_dtype,
        dtype=Arg(choice("float32", "uint8"), description="The kind of number."),
        scale=Arg(Bool, False, "Whether values are scaled to the new kind's range."),
    ),
    transform(
        "Normalize",
        "Takes the mean away and divides by the standard deviation, for each channel.",
        effects.normalize,
        mean=Arg(list_of(Float, minimum=1), description="Mean of each channel."),
        std=Arg(
            list_of(PositiveFloat, minimum=1), description="Standard deviation of each channel."
        ),
        takes="float32",
    ),
    storable("ToImage", "Changes nothing here: images are tensors.", effects.unchanged),
    storable("PILToTensor", "Changes nothing here: images are tensors.", effects.unchanged),
    storable("ToPureTensor", "Changes nothing here: images are tensors.", effects.unchanged),
    storable("Identity", "Changes nothing.", effects.unchanged),
]
