"""cifar-pipe components: what a pipeline may name."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer

from cifar_pipe.cli.completion import names
from cifar_pipe.cli.terminal import echo_text


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KIND] [NAME]",
            autocompletion=names.components,
            help="A kind (dataset, transform, layer, loss, ..., stage), a name, or any words to "
            "search for.",
        ),
    ] = None,
) -> None:
    """Lists what a pipeline may name, components and stages, or explains one with its keys."""
    from cifar_pipe.errors import UsageError
    from cifar_pipe.manual.explain import explain

    answer = explain(*words or (), width=min(shutil.get_terminal_size((80, 24)).columns, 100))
    if not answer.found:
        first, *rest = answer.text.splitlines()
        raise UsageError(first, help=tuple(rest))
    echo_text(f"{answer.text}\n")
