"""doctor: examines the images of the data."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.catalog.core.types import Bool
from cifar_pipe.stages.spec import Output, StageSpec


class Doctor(StageSpec):
    """Examines the images: leaks between splits, duplicates, blank and odd ones."""

    NEEDS = ("data",)
    DRAWS_BY_ID = False

    near_duplicates: Bool = Field(
        True,
        description="Look for images that show the same and have other pixels, too: a minute for 60,000 "
        "images.",
    )

    def takes(self) -> tuple[Output, ...]:
        # Of a network that was trained above, the accuracy without the leaks is measured.
        return ("model", "history")
