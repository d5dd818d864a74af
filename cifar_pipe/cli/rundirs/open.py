"""cifar-pipe open: the page of a run, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.completion.files import runs
from cifar_pipe.cli.rundirs.report import page_of


def command(
    run: Annotated[
        Path,
        typer.Argument(
            help="A run directory, a name (the newest run of it that is done), or the page of a "
            "comparison.",
            autocompletion=runs,
        ),
    ],
) -> None:
    """Opens the page of a run, or of a comparison, in a browser."""
    import webbrowser

    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.errors import RunError
    from cifar_pipe.inference.find_run import find_run

    page = run if run.suffix == ".html" else page_of(find_run(str(run)))
    if not page.is_file():
        raise RunError(f"there is no {page}", help=f"cifar-pipe report {run} writes it")
    if not webbrowser.open(page.resolve().as_uri()):
        raise RunError("no browser can be started here", help=f"open {page.resolve()} in one")
    echo(str(page))
