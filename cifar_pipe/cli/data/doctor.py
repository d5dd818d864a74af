"""cifar-pipe doctor: what is wrong with the images of a data set."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from cifar_pipe.cli.completion.files import pipeline_files_or_runs
from cifar_pipe.cli.options import Overrides


class Format(StrEnum):
    text = "text"
    json = "json"


def command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|FOLDER|RUN",
            autocompletion=pipeline_files_or_runs,
            help="A pipeline file, a folder of images, or a run: its directory or its name.",
        ),
    ],
    overrides: Overrides = None,
    near: Annotated[
        bool,
        typer.Option(
            "--near/--no-near",
            help="Look for near-duplicates too, which takes a minute for 60,000 images.",
        ),
    ] = True,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.text,  # noqa: A002
) -> None:
    """Examines images: broken, leaking between splits, duplicate, blank, mislabelled, odd."""
    from cifar_pipe.cli.data.examined import examined
    from cifar_pipe.cli.terminal import TerminalEvents, echo, echo_text
    from cifar_pipe.doctor.accuracy import accuracy_lines
    from cifar_pipe.doctor.text import lines
    from cifar_pipe.errors import PipelineError

    diagnoses = examined(what, overrides or [], TerminalEvents(), near=near)
    if format is Format.json:
        plain = [{**one.diagnosis.plain(), "accuracy": one.accuracy} for one in diagnoses]
        echo_text(json.dumps(plain, indent=2) + "\n")
    else:
        for one in diagnoses:
            echo(*lines(one.diagnosis))
            if one.accuracy is not None:
                echo("", *accuracy_lines(one.accuracy))
    errors = [
        finding
        for one in diagnoses
        for finding in one.diagnosis.findings
        if finding.kind.severity == "error"
    ]
    if errors:
        raise PipelineError(errors)
