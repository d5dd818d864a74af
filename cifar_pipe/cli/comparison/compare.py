"""cifar-pipe compare: what differs between runs, in settings and in results."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.completion import files
from cifar_pipe.cli.options import LanguageOfRuns

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        autocompletion=files.runs,
        help="Run directories, names (the newest run of that name that is done), or the seeds.json or "
        "folds.json of a series. The first is what the others are compared with.",
    ),
]
Metric = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="What to compare by: evaluate.accuracy, or accuracy for that of the last evaluation.",
    ),
]


class Format(StrEnum):
    text = "text"
    json = "json"


def command(
    runs: Runs,
    metric: Metric = None,
    page: Annotated[
        Path | None,
        typer.Option(help="Where to write the page; the default is runs/comparisons/<key>.html."),
    ] = None,
    no_images: Annotated[
        bool,
        typer.Option("--no-images", help="Leave the images out of the page: no data is loaded."),
    ] = False,
    language: LanguageOfRuns = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.text,  # noqa: A002
) -> None:
    """Compares runs: the settings that differ, the results with intervals, what images changed sides.

    Runs that differ in their seeds alone are taken together.
    """
    from cifar_pipe.cli.comparison.pages import comparison_place, write_comparison
    from cifar_pipe.cli.terminal import TerminalEvents, echo, echo_text
    from cifar_pipe.comparison.runs import compare, found_runs
    from cifar_pipe.comparison.tables import lines, to_json

    found, events = compare(found_runs(runs), metric), TerminalEvents()
    place = page or comparison_place(found)
    write_comparison(found, place, events, images=not no_images, language=language)
    if format is Format.json:
        echo_text(json.dumps(to_json(found, place), indent=2, ensure_ascii=False) + "\n")
        return
    echo(*lines(found))
    events.note(f"page: {place}")
