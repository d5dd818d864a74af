"""cifar-pipe export: the network of a run as a model for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.options import Run


class Format(StrEnum):
    onnx = "onnx"
    pt2 = "pt2"
    safetensors = "safetensors"


def command(
    run: Run,
    format: Annotated[  # noqa: A002
        Format | None,
        typer.Option(help="The format; without it by the ending of the output, or else onnx."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="The file; without it NAME.onnx, or so, here."
        ),
    ] = None,
    stage: Annotated[
        str | None, typer.Option(metavar="ID", help="The stage whose network it is, not the last.")
    ] = None,
    golden: Annotated[
        list[str] | None,
        typer.Option(
            metavar="IMAGE",
            help="A picture to prove itself with; can be given several times. Without it some of the "
            "run's test images are taken.",
        ),
    ] = None,
) -> None:
    """Writes a run's network with its preprocessing, class names and golden images as one file."""
    from cifar_pipe.cli.terminal import TerminalEvents, echo
    from cifar_pipe.export.packages import check_installed

    chosen = _format(format, output)
    check_installed(chosen.value)
    from cifar_pipe.export.run_model import artifact_of
    from cifar_pipe.export.write import write_model
    from cifar_pipe.inference.find_run import find_run

    events, folder = TerminalEvents(), find_run(run)
    events.note(f"run: {folder}")
    artifact = artifact_of(folder, stage, golden or [], events)
    path = output or Path(f"{artifact.origin.name}.{chosen.value}")
    verdict = write_model(path, chosen.value, artifact)
    events.note(str(verdict))
    echo(str(path))


def _format(wanted: Format | None, output: Path | None) -> Format:
    from cifar_pipe.errors import UsageError

    if wanted is not None or output is None:
        return wanted or Format.onnx
    try:
        return Format(output.suffix.removeprefix("."))
    except ValueError:
        message = f"the ending of {output} names no format"
        help_ = "end it with .onnx, .pt2 or .safetensors, or write --format"
        raise UsageError(message, help=help_) from None
