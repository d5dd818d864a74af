"""What a stage type is: its typed settings, its inputs and outputs, and its code."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from cifar_pipe.frozen import frozen

if TYPE_CHECKING:  # It is the run's: to check a pipeline there is none.
    from cifar_pipe.context import Context

Output = Literal["data", "model", "history", "metrics", "files"]
OUTPUTS: tuple[Output, ...] = ("data", "model", "history", "metrics", "files")

_DESCRIPTIONS: dict[Output, str] = {
    "data": "the images and labels",
    "model": "the network",
    "history": "the training's history",
    "metrics": "the network's metrics",
    "files": "files",
}

# The keys of every stage that say where it comes in a file that extends another.
PLACES = {
    "after": "Comes after this stage of the file that is extended.",
    "before": "Comes before this stage of the file that is extended.",
}

SETTINGS = ConfigDict(
    extra="forbid",
    strict=True,
    frozen=True,
    arbitrary_types_allowed=True,
    populate_by_name=True,
    defer_build=True,
)


class StageSpec(BaseModel):
    """The settings of one stage. A subclass says in one line what the stage does."""

    model_config = SETTINGS

    NEEDS: ClassVar[tuple[Output, ...]] = ()
    GIVES: ClassVar[tuple[Output, ...]] = ()
    # The settings that name a file that it writes into the run directory.
    WRITES: ClassVar[tuple[str, ...]] = ()
    # The settings that name a file that it reads.
    READS: ClassVar[tuple[str, ...]] = ()
    # Whether what it draws depends on its id, so that two stages of the type draw differently.
    DRAWS_BY_ID: ClassVar[bool] = True
    # The number of its code: it rises when the same settings and inputs give other results.
    CODE: ClassVar[int] = 1
    # The settings that change no result: where a file goes, how much is printed on the way.
    NEUTRAL: ClassVar[tuple[str, ...]] = ()
    # Whether what it gives is kept for other runs. What it writes into the run directory is not, nor
    # what it finds of the machine.
    KEPT: ClassVar[bool] = True

    from_: dict[Output, str] = Field(
        default_factory=dict,
        alias="from",
        description="Takes an output from the stage named here instead of the nearest above.",
        json_schema_extra={
            "properties": {
                output: {"type": "string", "description": f"Id of the stage that gives {words}."}
                for output, words in _DESCRIPTIONS.items()
            },
            "additionalProperties": False,
        },
    )

    def needs(self) -> tuple[Output, ...]:
        """The outputs of others without which this stage cannot run."""
        return self.NEEDS

    def takes_targets(self) -> bool:
        """Whether it compares what the network gives with the targets of its data."""
        return {"data", "model"} <= {*self.needs()}

    def takes(self) -> tuple[Output, ...]:
        """The outputs that it uses where a stage above gives them."""
        return ()


class StageCode(Protocol):
    """What a stage does: the module `stages/<name>/run.py`."""

    def run(self, spec: Any, inputs: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
        """Does it, and gives the outputs that the spec names in GIVES.

        `inputs` are other stages' outputs, which it never changes; it reports through
        `context.events`, writes into `context.folder`, and prints nothing.
        """


@runtime_checkable
class FinishingStageCode(StageCode, Protocol):
    """The code of a stage that shows the run as a whole."""

    def finish(self, spec: Any, context: Context) -> None:
        """Is called once more when the run has ended, done or not, with its end in run.json."""


@runtime_checkable
class ExternalStageCode(StageCode, Protocol):
    """The code of a stage that reads from outside of the pipeline."""

    def external(self, spec: Any, *, whole: bool) -> str | None:
        """A digest of what it would read now, nothing where this run reads nothing; None where that
        is not there yet, and may be another thing each time. With `whole` it looks into every file.
        """


@frozen
class StageType:
    """One row of the registry. `code` is the module that is a StageCode; it may import torch.

    `example` are its settings in YAML, where the manual has none of its own. `package` is the one that
    adds it: set when it is found.
    """

    name: str
    spec: type[StageSpec]
    code: str
    example: str = "{}"
    package: str | None = None

    @property
    def summary(self) -> str:
        """One line of what it does."""
        return inspect.getdoc(self.spec) or ""
