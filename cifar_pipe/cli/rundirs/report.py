"""cifar-pipe report: the page of a run, written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.completion.files import runs
from cifar_pipe.cli.options import Language


def command(
    run: Annotated[
        str,
        typer.Argument(
            help="A run directory, or a name: the newest run of it that is done.",
            autocompletion=runs,
        ),
    ],
    language: Annotated[
        Language | None,
        typer.Option(help="The page's language; without it that of its stage `report`."),
    ] = None,
) -> None:
    """Writes the page of a run anew, from what the run has left; also of one that is still at work."""
    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.inference.find_run import find_run
    from cifar_pipe.report.charts.drawing import start

    found = find_run(run)
    # Beside the imports.
    start()
    from cifar_pipe.report.page import write_page
    from cifar_pipe.report.run_folder import RunFolder
    from cifar_pipe.runner.rundir import is_locked
    from cifar_pipe.runner.upkeep.listing import KILLED

    folder = RunFolder(found)
    is_killed = folder.run.get("status") == "running" and not is_locked(found)
    status = KILLED if is_killed else None
    page = write_page(found, folder.page, folder.title, status=status, language=language)
    echo(str(page))


def page_of(run: Path) -> Path:
    """Where the run's page is, or would be."""
    from cifar_pipe.report.run_folder import RunFolder

    return run / RunFolder(run).page
