"""predict_folder: what the network takes the pictures of a folder for, which have no labels."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.catalog.core.types import PositiveInt, Str
from cifar_pipe.stages.spec import Output, StageSpec


class PredictFolder(StageSpec):
    """Predicts the classes of all images below a folder, which need no labels."""

    NEEDS = ("data", "model")
    CODE = 2
    READS = ("root",)
    # What is in the folder counts, as an input of the stage; batches change speed only.
    NEUTRAL = ("root", "batch_size")

    root: Str = Field(
        description="The folder, relative to the current directory; all images below it are read, and "
        "go through the transforms of the test images.",
    )
    top: PositiveInt = Field(3, description="How many classes to tell of each image.")
    batch_size: PositiveInt | None = Field(
        None, description="Images at once; without it what their size suits."
    )

    def takes(self) -> tuple[Output, ...]:
        return ("history",)
