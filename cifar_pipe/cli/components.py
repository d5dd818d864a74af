"""cifar-pipe components: what a pipeline may name."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer


def command(
    kind: Annotated[
        str | None,
        typer.Argument(
            help="dataset, transform, layer, loss, ...; or any word to search for.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Argument(help="One name of the kind.", show_default=False)
    ] = None,
) -> None:
    """Lists what may be named, and explains each: arguments, defaults, one line, link."""
    from cifar_pipe.catalog.docs.describe import tell
    from cifar_pipe.diagnostics.suggest import nearest
    from cifar_pipe.errors import UsageError

    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    told = tell(kind, name, nearest=nearest, width=width)
    if not told.found:
        first, *rest = told.text.splitlines()
        raise UsageError(first, help=tuple(line for line in rest if line))
    typer.echo(told.text)
