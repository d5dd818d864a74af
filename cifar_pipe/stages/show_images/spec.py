"""show_images: a row of images with their labels, as a picture and as the tutorial prints them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cifar_pipe.catalog.core.types import Bool, PositiveInt
from cifar_pipe.stages.spec import StageSpec


class ShowImages(StageSpec):
    """Shows images with their labels."""

    NEEDS = ("data",)

    split: Literal["train", "val", "test"] = Field("train", description="Split to show.")
    count: PositiveInt = Field(4, description="How many images.")
    transformed: Bool = Field(
        False, description="Show the images as the network sees them, after the transforms."
    )
