"""report: one page that shows the whole run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cifar_pipe.catalog.core.types import Str
from cifar_pipe.stages.run_file import RunFile
from cifar_pipe.stages.spec import StageSpec


class Report(StageSpec):
    """Writes one self-contained HTML page of the run."""

    WRITES = ("path",)
    KEPT = False
    NEUTRAL = ("path", "title", "language")

    path: RunFile = Field("report.html", description="File to write, in the run directory.")
    title: Str | None = Field(None, description="The page's title; without it the pipeline's name.")
    language: Literal["en", "zh"] = Field(
        "en",
        description="The page's language: English or Chinese; also of pages that compare runs which all "
        "ask for it. What the run itself said, its warnings for example, stays in English.",
    )
