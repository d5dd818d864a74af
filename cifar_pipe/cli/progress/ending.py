"""The last words of a run: how good it is, what was noticed, and where its page is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cifar_pipe.cli.terminal import columns, fitted, stderr_colour, write
from cifar_pipe.diagnostics.terminal_width import shown, width_of, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from cifar_pipe.report.run_folder import RunFolder

_MOST_COLUMNS = 100
_MOST_PARTS = 4


def write_ending(run_dir: Path, page: Path, seconds: float) -> None:
    """In a box on a terminal, as plain lines elsewhere."""
    from cifar_pipe.report.formatting import seconds as in_words
    from cifar_pipe.report.run_folder import RunFolder

    folder = RunFolder(run_dir)
    title = f"{folder.run.get('name')}: done in {in_words(seconds)}"
    found = [shown(line) for line in _lines(folder, page)]
    if sys.stderr.isatty():
        _write_box(title, found)
        return
    for line in (title, *found):
        write(line, sys.stderr)


def _lines(folder: RunFolder, page: Path) -> Iterator[str]:
    from cifar_pipe.report.sections.data import data_parts
    from cifar_pipe.report.sections.evaluation import evaluation_parts, verdict
    from cifar_pipe.report.sections.head import warnings
    from cifar_pipe.report.sections.verdict import sentence

    for part in data_parts(folder):
        if part.stand_in:
            yield f"on {part.stand_in.used}, not on the data that the pipeline names"
    if said := sentence(folder, verdict(evaluation_parts(folder))):
        yield said
    for one in warnings(folder):
        yield f"{one.stages}: {one.message}"
        if one.help:
            yield f"  = help: {one.help}"
    yield from _profile_lines(folder)
    yield f"page: {page}"


def _profile_lines(folder: RunFolder) -> Iterator[str]:
    """Where most of the time of a profiled run went."""
    from cifar_pipe.report.formatting import aligned, percent
    from cifar_pipe.report.formatting import seconds as in_words
    from cifar_pipe.report.tables.profile_table import profile_parts
    from cifar_pipe.runner.run import TRACE

    # The work of other threads goes on beside that.
    longest = [one for one in profile_parts(folder) if one.share is not None][:_MOST_PARTS]
    if not longest:
        return
    yield f"most of the time ({folder.path / TRACE} has all, for https://ui.perfetto.dev):"
    table = [
        (in_words(one.seconds), percent(one.share or 0.0), one.stage, one.name) for one in longest
    ]
    yield from (f"  {line}" for line in aligned(table, right=[0, 1]))


def _write_box(title: str, lines: list[str]) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    width = min(columns(), _MOST_COLUMNS)
    folded = {line: wrapped(fitted(line, sys.stderr), width - 4, "  ") for line in lines}
    # A path that is longer than the box would not be one any more.
    inside = [line for line in lines if max(map(width_of, folded[line])) <= width - 4]
    text = Text("\n".join(one for line in inside for one in folded[line]), no_wrap=True)
    console = Console(stderr=True, width=width, no_color=not stderr_colour(), highlight=False)
    heading = Text(fitted(shown(title), sys.stderr))
    console.print(Panel(text, title=heading, title_align="left", width=width))
    for line in lines:
        if line not in inside:
            write(line, sys.stderr)
