"""load: weights from a file into the network."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from cifar_pipe.catalog.types import Str
from cifar_pipe.stages.spec import Gift, StageSpec, StageType


class Load(StageSpec):
    NEEDS: ClassVar[tuple[Gift, ...]] = ("model",)
    GIVES: ClassVar[tuple[Gift, ...]] = ("model",)

    file: Str | None = Field(
        None,
        description="File with a state_dict, relative to the current directory; "
        "without it the nearest saved one above.",
    )

    def needs(self) -> tuple[Gift, ...]:
        return ("model",) if self.file else ("model", "files")


STAGE = StageType(
    "load",
    "Loads weights into the network.",
    Load,
    "cifar_pipe.stages.code.load:run",
)
