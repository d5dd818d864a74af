"""cifar-pipe report: the page of a run, written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[
        str,
        typer.Argument(help="A run directory, or a name: the newest run of it that is done."),
    ],
) -> None:
    """Writes the page of a run anew, from what the run has left; also of one that is still at work."""
    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.inference.find_run import find_run
    from cifar_pipe.report.page import write_page

    found = find_run(run)
    echo(str(write_page(found, *_declared(found))))


def page_of(run: Path) -> Path:
    """Where the run's page is, or would be."""
    return run / _declared(run)[0]


def _declared(run: Path) -> tuple[str, str | None]:
    """The path and the title that the pipeline declares, or the usual ones."""
    from cifar_pipe.report.run_folder import RunFolder

    for stage in RunFolder(run).stages:
        if stage.settings.get("type", stage.id) == "report":
            title = stage.settings.get("title")
            path = str(stage.settings.get("path") or "report.html")
            return path, None if title in (None, "null") else str(title)
    return "report.html", None
