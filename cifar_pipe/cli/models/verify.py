"""cifar-pipe verify: whether an exported model gives what the run gave."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cifar_pipe.export.models import ModelFile
    from cifar_pipe.export.verify import Verdict


class Format(StrEnum):
    text = "text"
    json = "json"


def command(
    model: Annotated[Path, typer.Argument(help="A file that `cifar-pipe export` has written.")],
    tolerance: Annotated[
        float,
        typer.Option(min=0, help="The greatest difference, as a share of the largest output."),
    ] = 1e-4,
    trust: Annotated[
        bool,
        typer.Option("--trust", help="Load a .pt2, which is a program: it can run any code."),
    ] = False,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.text,  # noqa: A002
) -> None:
    """Runs the golden images of an exported model, and tells the greatest difference from the run's outputs.

    The exit status is 0 where it is as small as rounding makes it, and 1 where not.
    """
    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.errors import UsageError
    from cifar_pipe.export.models import PROGRAMS, read_model
    from cifar_pipe.export.verify import verify

    found = read_model(model)
    if found.format in PROGRAMS and not trust:
        raise UsageError(
            f"{model} is a program of torch.export: loading it can run any code",
            help="add --trust if you know where it comes from",
        )
    verdict = verify(found, tolerance=tolerance)
    if format is Format.json:
        echo(json.dumps(_plain(found, verdict)))
    else:
        echo(_line(found, verdict))
    if not verdict.holds:
        raise typer.Exit(1)


def _line(model: ModelFile, verdict: Verdict) -> str:
    word = "ok" if verdict.holds else "differs"
    changed = f", another class for {verdict.changed} of them" if verdict.changed else ""
    return f"{model.path}: {word}, {verdict}{changed} ({verdict.allowed:.2g} allowed)"


def _plain(model: ModelFile, verdict: Verdict) -> dict[str, object]:
    finite = verdict.difference < float("inf")
    return {
        "path": str(model.path),
        "format": model.format,
        "name": model.card.name,
        "classes": model.card.classes,
        "runtime": verdict.runtime,
        "images": verdict.images,
        "greatest_difference": verdict.difference if finite else None,
        "allowed": verdict.allowed,
        "changed_classes": verdict.changed,
        "ok": verdict.holds,
    }
