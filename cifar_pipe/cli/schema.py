"""cifar-pipe schema: writes the JSON Schema of a pipeline file, or checks that it is current."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.terminal import echo


def command(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path(
        "schemas/pipeline.schema.json"
    ),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the file is out of date.")
    ] = False,
) -> None:
    """Writes the JSON Schema that editors use for completion, hover and errors."""
    from cifar_pipe.files import write_text
    from cifar_pipe.schema.document import schema_text

    text = schema_text()
    if not check:
        write_text(path, text)
        echo(f"{path}: written", err=True)
    elif path.is_file() and path.read_text(encoding="utf-8") == text:
        echo(f"{path}: ok")
    else:
        echo(f"{path} is stale", err=True)
        echo(f"   = help: `cifar-pipe schema {path}` writes it anew", err=True)
        raise typer.Exit(1)
