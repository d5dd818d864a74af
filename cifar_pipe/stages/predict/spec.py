"""predict: a few images of a split with what the network takes them for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cifar_pipe.catalog.core.types import PositiveInt
from cifar_pipe.stages.spec import StageSpec


class Predict(StageSpec):
    """Shows images with their true and predicted classes."""

    CODE = 2
    NEEDS = ("data", "model")

    split: Literal["train", "val", "test"] = Field("test", description="Split to take them from.")
    count: PositiveInt = Field(4, description="How many images.")
    sample: Literal["balanced", "first"] = Field(
        "balanced",
        description="balanced: the classes take turns, images and order drawn from the seed; first: "
        "those at the beginning of the split, as the 60-minute tutorial takes them.",
    )
