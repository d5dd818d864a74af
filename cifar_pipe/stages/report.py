"""report: one page that shows the whole run."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.catalog.types import Str
from cifar_pipe.stages.spec import StageSpec, StageType


class Report(StageSpec):
    path: Str = Field("report.html", description="File to write, in the run directory.")
    title: Str | None = Field(None, description="The page's title; without it the pipeline's name.")


STAGE = StageType(
    "report",
    "Writes one self-contained HTML page of the run.",
    Report,
    "cifar_pipe.stages.code.report:run",
)
