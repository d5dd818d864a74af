"""report: the page of the run, and its charts as pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.files import write_bytes
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.drawing import Draw, Drawings, begin_drawing
from cifar_pipe.report.fonts import missing_in_words
from cifar_pipe.report.language import speaking
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.comparison import comparison, table_lines
from cifar_pipe.stages.report.spec import Report
from cifar_pipe.stages.run_file import place


def run(spec: Report, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """Writes the page and a PNG of every chart; gives these files. Says how several trainings of
    one loss compare.
    """
    if compared := comparison(RunFolder(context.run_dir)):
        for line in table_lines(compared):
            context.events.say(line)
    pictures: list[Path] = []

    def draw(charts: Mapping[str, Chart]) -> Callable[[], Drawings]:
        drawings = begin_drawing(charts, files=True)
        words = missing_in_words("".join(map(str, charts.values())))

        def drawn() -> Drawings:
            found = drawings()
            # The run's own words, whatever the page's language.
            with speaking("en"):
                lack = drawings().lack
            for note in filter(None, (lack, words)):
                context.events.note(note)
            # The page has links to them.
            pictures.extend(_write_pictures(charts, found, context.folder))
            return found

        return drawn

    page = _write_page(spec, context, draw)
    return {"files": [page, *pictures]}


def finish(spec: Report, context: Context) -> None:
    """Writes the page once more when the run has ended, with its status and every stage's time."""
    _write_page(spec, context, begin_drawing)


def _write_pictures(
    charts: Mapping[str, Chart], drawings: Drawings, folder: Path
) -> Iterator[Path]:
    for name, chart in charts.items():
        if (content := drawings.png(chart)) is not None:
            path = folder / f"{name}.png"
            write_bytes(path, content)
            yield path


def _write_page(spec: Report, context: Context, draw: Draw) -> Path:
    from cifar_pipe.report.page import write_page  # noqa: PLC0415 (no step waits for it)

    place(context.run_dir, spec.path)
    return write_page(
        context.run_dir, spec.path, title=spec.title, draw=draw, language=spec.language
    )
