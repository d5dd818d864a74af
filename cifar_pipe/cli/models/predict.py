"""cifar-pipe predict: what a trained network takes images for."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cifar_pipe.inference.predict import Prediction

_WIDTH = 80
_BLOCK = 256  # lines that are printed at once


class Format(StrEnum):
    table = "table"
    jsonl = "jsonl"
    csv = "csv"


def command(
    run: Annotated[
        str, typer.Argument(help="A run directory, or the name of a pipeline: its newest run.")
    ],
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...",
            help="Files, folders, patterns in quotes ('*.jpg'), or `-`: paths on standard input, one "
            "per line.",
        ),
    ],
    stage: Annotated[
        str | None, typer.Option(metavar="ID", help="The stage whose network it is, not the last.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, metavar="K", help="How many classes to tell.")] = 3,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.table,  # noqa: A002
    batch_size: Annotated[int, typer.Option(min=1, metavar="N", help="Images at once.")] = 64,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
) -> None:
    """Tells the classes of images, by the network and with the transforms of a run."""
    from cifar_pipe.cli.terminal import TerminalEvents
    from cifar_pipe.data.image_files.unusable import UnusableFiles
    from cifar_pipe.inference.find_run import find_run
    from cifar_pipe.inference.image_paths import image_paths
    from cifar_pipe.inference.predict import Predictor
    from cifar_pipe.inference.run_network import load_run_network

    chosen = _device(device)
    events, folder = TerminalEvents(), find_run(run)
    paths = image_paths(images)
    events.note(f"run: {folder}")
    trained = load_run_network(folder, stage, chosen, events)
    context = trained.context(folder, chosen, events)
    predictor = Predictor(trained, context, top=top, batch_size=batch_size)
    _print(predictor.predictions(paths), format, min(top, len(trained.classes)))
    for line in predictor.notes():
        events.note(line)
    if predictor.unusable:
        raise UnusableFiles(predictor.unusable)


def _device(wanted: str) -> str:
    from cifar_pipe.errors import RunError, UsageError
    from cifar_pipe.runner.device import choose

    help_ = "--device auto takes the best device there is"
    if re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", wanted) is None:
        message = f"--device is {wanted}; it may be auto, cpu, cuda, cuda:1, mps"
        raise UsageError(message, help=help_)
    try:
        return choose(wanted)
    except RunError as error:
        raise UsageError(f"there is no device {wanted} here", help=help_) from error


def _print(predictions: Iterable[Prediction], format: Format, top: int) -> None:  # noqa: A002
    from cifar_pipe.cli.terminal import echo, echo_text

    lines: Iterator[str]
    match format:
        case Format.table:
            if rows := list(predictions):
                echo(*_table(rows))
            return
        case Format.jsonl:
            lines = (json.dumps(_plain(one)) + "\n" for one in predictions)
        case Format.csv:
            lines = _csv(predictions, top)
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == _BLOCK:
            echo_text("".join(block))
            block = []
    echo_text("".join(block))


def _plain(one: Prediction) -> dict[str, object]:
    name, share = one.top[0]
    top = [{"class": name, "probability": share} for name, share in one.top]
    return {"file": one.path, "predicted": name, "probability": share, "top": top}


def _csv(predictions: Iterable[Prediction], top: int) -> Iterator[str]:
    further = [f"{word}_{rank}" for rank in range(2, top + 1) for word in ("class", "probability")]
    yield _csv_line(["file", "predicted", "probability", *further])
    for one in predictions:
        yield _csv_line([one.path, *(cell for pair in one.top for cell in pair)])


def _csv_line(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _table(predictions: list[Prediction]) -> list[str]:
    """Not wider than 80 columns: of long names the end is shown."""
    from cifar_pipe.data.datasets.folders.image_search import shown_name
    from cifar_pipe.report.formatting import aligned

    rows = [("predicted", "probability", "then")]
    for one in predictions:
        (name, share), *others = one.top
        then = ", ".join(f"{_cut(name, 14)} {100 * share:.1f} %" for name, share in others)
        rows.append((_cut(name, 20), f"{100 * share:.1f} %", then))
    width = _WIDTH - 24
    lines = [_cut(line, width) for line in aligned(rows, right=(1,))]
    room = _WIDTH - 2 - max(map(len, lines))
    files = ["file", *(shown_name(one.path) for one in predictions)]
    files = [name if len(name) <= room else f"…{name[1 - room :]}" for name in files]
    longest = max(map(len, files))
    return [f"{file:{longest}}  {line}".rstrip() for file, line in zip(files, lines, strict=True)]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
