"""cifar-pipe components: what a pipeline may name."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer


def command(
    kind: Annotated[
        str | None,
        typer.Argument(
            help="A kind: dataset, transform, layer, loss, ...; or a word to search for."
        ),
    ] = None,
    name: Annotated[str | None, typer.Argument(help="A name of that kind.")] = None,
) -> None:
    """Lists the components a pipeline may name, or explains one with its arguments."""
    from cifar_pipe.catalog.docs.describe import explain
    from cifar_pipe.errors import UsageError

    answer = explain(kind, name, width=min(shutil.get_terminal_size((80, 24)).columns, 100))
    if not answer.found:
        first, *rest = answer.text.splitlines()
        raise UsageError(first, help=tuple(rest))
    typer.echo(answer.text)
