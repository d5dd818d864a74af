"""How much a command tells while it works, and in what form."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cifar_pipe.cli.progress.json_lines import JsonEvents
from cifar_pipe.cli.terminal import TerminalEvents, log_as_json
from cifar_pipe.errors import UsageError


class LogFormat(StrEnum):
    text = "text"
    json = "json"


Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print results, warnings and errors alone.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell of each stage, and what the run uses.")
]
Format = Annotated[
    LogFormat,
    typer.Option(
        "--log-format", help="json: each event is a line of JSON, for programs that follow the run."
    ),
]
AS_TEXT = LogFormat.text


def chosen_events(
    *, quiet: bool, verbose: bool, log_format: LogFormat
) -> TerminalEvents | JsonEvents:
    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other", help="keep one of them")
    if log_format is LogFormat.json:
        log_as_json()
        return JsonEvents(quiet=quiet)
    return TerminalEvents(quiet=quiet, verbose=verbose)
