"""cifar-pipe report: the page of a run, written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.completion.files import runs

RunDir = Annotated[
    Path,
    typer.Argument(help="The run directory, as `cifar-pipe runs` lists them.", autocompletion=runs),
]


def command(run: RunDir) -> None:
    """Writes the page of a run anew, from what the run has left; also of one that is still at work."""
    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.report.page import write_page
    from cifar_pipe.report.run_folder import RunFolder
    from cifar_pipe.runner.rundir import is_locked
    from cifar_pipe.runner.upkeep.listing import KILLED

    folder = RunFolder(checked(run))
    is_killed = folder.run.get("status") == "running" and not is_locked(run)
    status = KILLED if is_killed else None
    echo(str(write_page(run, folder.page, folder.title, status=status)))


def checked(run: Path) -> Path:
    """Raises UsageError where the folder is not that of a run."""
    from cifar_pipe.errors import UsageError

    if not (run / "run.json").is_file():
        help_ = "cifar-pipe runs lists the runs, each with its directory below runs/"
        raise UsageError(f"{run} is not the directory of a run: it has no run.json", help=help_)
    return run


def page_of(run: Path) -> Path:
    """Where the run's page is, or would be."""
    from cifar_pipe.report.run_folder import RunFolder

    return run / RunFolder(run).page
