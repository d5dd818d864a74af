"""What a stage type is: its typed settings, what it needs and gives, and where its code is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Output = Literal["data", "model", "history", "metrics", "files"]
OUTPUTS: tuple[Output, ...] = ("data", "model", "history", "metrics", "files")

_GIVEN: dict[Output, str] = {
    "data": "the images and labels",
    "model": "the network",
    "history": "what was measured during the training",
    "metrics": "what was measured of the network",
    "files": "files",
}


class StageSpec(BaseModel):
    """The settings of one stage. Subclasses say which gifts they need, and what they give."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
    )

    NEEDS: ClassVar[tuple[Output, ...]] = ()
    GIVES: ClassVar[tuple[Output, ...]] = ()
    # The settings that name a file which it writes into the run directory.
    WRITES: ClassVar[tuple[str, ...]] = ()

    from_: dict[Output, str] = Field(
        default_factory=dict,
        alias="from",
        description="Takes a gift from the stage named here and not from the nearest above.",
        json_schema_extra={
            "properties": {
                gift: {"type": "string", "description": f"Id of the stage that gives {words}."}
                for gift, words in _GIVEN.items()
            },
            "additionalProperties": False,
        },
    )

    def needs(self) -> tuple[Output, ...]:
        """The gifts without which this stage cannot run."""
        return self.NEEDS

    def takes_targets(self) -> bool:
        """Whether it compares what the network gives with the targets of its data."""
        return {"data", "model"} <= {*self.needs()}

    def takes(self) -> tuple[Output, ...]:
        """The gifts that it uses where something above gives them."""
        return ()


@dataclass(frozen=True, slots=True)
class StageType:
    """One row of the registry. `code` is the address of `run(spec, inputs, context)`."""

    name: str
    summary: str
    spec: type[StageSpec]
    code: str
