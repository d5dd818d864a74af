"""load: weights from a file into the network."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.catalog.core.types import Bool, Sha256, Str
from cifar_pipe.stages.spec import Output, StageSpec


class Load(StageSpec):
    """Loads weights into the network."""

    NEEDS = ("model",)
    GIVES = ("model",)
    READS = ("file",)
    # What is in the file counts, as an input of the stage.
    NEUTRAL = ("file",)

    file: Str | None = Field(
        None,
        description="File with a state_dict, relative to the current directory; "
        "without it the nearest saved one above.",
    )
    sha256: Sha256 | None = Field(
        None,
        description="SHA-256 of the file in hexadecimal digits: a file with another is refused.",
    )

    new_head: Bool = Field(
        False,
        description="Whether the last layer may be one for another number of classes: it keeps its "
        "own first weights then.",
    )

    def needs(self) -> tuple[Output, ...]:
        return ("model",) if self.file else ("model", "files")
