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

_WIDTH = 80


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
    predictor = Predictor(trained, context, top=top, batch_size=batch_size)
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

    match format:
        case Format.table:
            if rows := [*chain.from_iterable(blocks)]:
                echo(*_table(rows))
        case Format.jsonl:
            for block in blocks:
                echo_text(json_lines(block))
        case Format.csv:
            echo_text(csv_head(top))
            for block in blocks:
                echo_text(csv_lines(block))


def _table(predictions: list[Prediction]) -> list[str]:
    """Not wider than 80 columns: of long names the end is shown."""
    from cifar_pipe.data.datasets.folders.image_search import shown_name
    from cifar_pipe.report.formatting import aligned

    rows = [("predicted", "probability", "then")]
    for one in predictions:
        others = (f"{_cut(name, 14)} {100 * share:.1f} %" for name, share in one.top[1:])
        rows.append((_cut(one.label, 20), f"{100 * one.probability:.1f} %", ", ".join(others)))
    width = _WIDTH - 24
    lines = [_cut(line, width) for line in aligned(rows, right=(1,))]
    room = _WIDTH - 2 - max(map(len, lines))
    files = ["file", *(shown_name(one.path or "") for one in predictions)]
    files = [name if len(name) <= room else f"…{name[1 - room :]}" for name in files]
    longest = max(map(len, files))
    return [f"{file:{longest}}  {line}".rstrip() for file, line in zip(files, lines, strict=True)]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
