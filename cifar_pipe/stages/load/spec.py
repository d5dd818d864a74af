"""load: weights from a file into the network."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.catalog.core.types import Str
from cifar_pipe.stages.spec import Output, StageSpec


class Load(StageSpec):
    """Loads weights into the network."""

    NEEDS = ("model",)
    GIVES = ("model",)
    # What is in the file counts, as an input of the stage.
    NEUTRAL = ("file",)

    file: Str | None = Field(
        None,
        description="File with a state_dict, relative to the current directory; "
        "without it the nearest saved one above.",
    )

    def needs(self) -> tuple[Output, ...]:
        return ("model",) if self.file else ("model", "files")
