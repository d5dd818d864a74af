from __future__ import annotations

from typing import Literal

from pydantic import Field

from cifar_pipe.catalog.core.types import PositiveInt
from cifar_pipe.stages.spec import StageSpec


class Mistakes(StageSpec):
    """Lists the images that the network is most sure of and wrong about."""

    NEEDS = ("data", "model")
    GIVES = ("metrics",)

    split: Literal["train", "val", "test"] = Field("test", description="Split to look at.")
    count: PositiveInt = Field(20, description="How many images are listed.")
