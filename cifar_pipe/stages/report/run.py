"""report: the page of the run, and its charts as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.files import write_bytes
from cifar_pipe.profiling import timed
from cifar_pipe.report.charts.drawing import draw
from cifar_pipe.report.fonts import missing_in_words
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.comparison import comparison, table_lines
from cifar_pipe.stages.report.spec import Report
from cifar_pipe.stages.run_file import place


def run(spec: Report, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """Writes the page and a PNG of every chart; gives these files. Says how several trainings of
    one loss compare.
    """
    from cifar_pipe.report.page import charts  # noqa: PLC0415 (no step waits for it)

    if compared := comparison(RunFolder(context.run_dir)):
        for line in table_lines(compared):
            context.events.say(line)
    pictures, shown = [], charts(context.run_dir, spec.language)
    with timed("draw charts"):
        drawings = draw(list(shown.values()), files=list(shown.values()))
    if drawings.lack:
        context.events.note(drawings.lack)
    if words := missing_in_words("".join(map(str, shown.values()))):
        context.events.note(words)
    for name, chart in shown.items():
        if (content := drawings.png(chart)) is not None:
            pictures.append(context.folder / f"{name}.png")
            write_bytes(pictures[-1], content)
    page = _write_page(spec, context)
    return {"files": [page, *pictures]}


def finish(spec: Report, context: Context) -> None:
    """Writes the page once more when the run has ended, with its status and every stage's time."""
    _write_page(spec, context)


def _write_page(spec: Report, context: Context) -> Path:
    from cifar_pipe.report.page import write_page  # noqa: PLC0415

    place(context.run_dir, spec.path)
    return write_page(context.run_dir, spec.path, title=spec.title, language=spec.language)
