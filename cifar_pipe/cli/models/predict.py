"""cifar-pipe predict: what a trained network takes images for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from cifar_pipe.cli.models.device import Device, device_named
from cifar_pipe.cli.options import Run

if TYPE_CHECKING:
    from cifar_pipe.diagnostics.problem import Problem
    from cifar_pipe.inference.prediction import Prediction


class Format(StrEnum):
    table = "table"
    jsonl = "jsonl"
    csv = "csv"


def command(
    run: Run,
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...",
            help="Files, folders, patterns in quotes ('*.jpg'), or `-`: paths on standard input, one "
            "per line, or with NUL between them.",
        ),
    ],
    stage: Annotated[
        str | None, typer.Option(metavar="ID", help="The stage whose network it is, not the last.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, metavar="K", help="How many classes to tell.")] = 3,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.table,  # noqa: A002
    batch_size: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Images at once; by default what their size suits."),
    ] = None,
    device: Device = "auto",
) -> None:
    """Tells the classes of images, by the network and with the transforms of a run."""
    from cifar_pipe.cli.terminal import TerminalEvents
    from cifar_pipe.data.image_files.unusable import UnusableFiles
    from cifar_pipe.inference.find_run import find_run
    from cifar_pipe.inference.image_paths import image_paths
    from cifar_pipe.inference.predict import Predictor
    from cifar_pipe.inference.run_network import load_run_network

    chosen = device_named(device)
    events, folder = TerminalEvents(), find_run(run)
    paths = image_paths(images)
    events.note(f"run: {folder}")
    trained = load_run_network(folder, stage, chosen, events)
    context = trained.context(folder, chosen, events)
    engine = trained.evaluation_engine
    predictor = Predictor(trained, context, top=top, batch_size=batch_size, engine=engine)
    _print(predictor.blocks(paths.found), format, min(top, len(trained.classes)))
    for line in [*predictor.notes(), *_not_read(paths.problems)]:
        events.note(line)
    if predictor.unusable:
        raise UnusableFiles(predictor.unusable)


def _not_read(problems: Iterable[Problem]) -> Iterator[str]:
    for one in problems:
        yield one.message
        yield from (f"  {note}" for note in one.notes)


def _print(blocks: Iterable[list[Prediction]], format: Format, top: int) -> None:  # noqa: A002
    from cifar_pipe.cli.terminal import echo, echo_text
    from cifar_pipe.inference.prediction_lines import csv_head, csv_lines, json_lines
    from cifar_pipe.inference.prediction_table import table

    match format:
        case Format.table:
            if rows := [*chain.from_iterable(blocks)]:
                echo(*table(rows))
        case Format.jsonl:
            for block in blocks:
                echo_text(json_lines(block))
        case Format.csv:
            echo_text(csv_head(top))
            for block in blocks:
                echo_text(csv_lines(block))
