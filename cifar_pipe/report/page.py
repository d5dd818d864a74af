"""The page: one HTML file that shows a run and needs nothing else to be read."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jinja2

from cifar_pipe.files import write_text
from cifar_pipe.profiling import timed
from cifar_pipe.report import formatting
from cifar_pipe.report.charts import markup
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.drawing import UNDRAWN, Draw, Drawings, begin_drawing
from cifar_pipe.report.differences.overridden import overridden
from cifar_pipe.report.differences.previous_run import previous_run
from cifar_pipe.report.files import left_files
from cifar_pipe.report.folder_predictions import folder_parts
from cifar_pipe.report.highlight import yaml_markup
from cifar_pipe.report.language import html_language, marked_up, speaking, term
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections import verdict
from cifar_pipe.report.sections.comparison import Comparison, comparison
from cifar_pipe.report.sections.data import DataPart, data_parts, sizes_in_words
from cifar_pipe.report.sections.evaluation import (
    EvaluationPart,
    confusion_tables,
    evaluation_parts,
    side_by_side,
)
from cifar_pipe.report.sections.evaluation import verdict as best_of
from cifar_pipe.report.sections.head import ending, figures, real_data_command, warnings
from cifar_pipe.report.sections.health import health_parts
from cifar_pipe.report.sections.inspection import inspection_parts
from cifar_pipe.report.sections.mistakes import mistakes_parts
from cifar_pipe.report.sections.model import model_parts
from cifar_pipe.report.sections.pictures import (
    augmented,
    heat_maps,
    predictions,
    samples,
    trained_filters,
)
from cifar_pipe.report.sections.run import environment, timings, total_seconds
from cifar_pipe.report.sections.settings import SettingPart, setting_parts
from cifar_pipe.report.sections.training import TrainingPart, training_parts
from cifar_pipe.report.tables.profile_table import forecast_parts, profile_parts

HERE = Path(__file__).parent


def undrawn(charts: Mapping[str, Chart]) -> Callable[[], Drawings]:  # noqa: ARG001
    """None of the charts: a page has tables of their values."""
    return lambda: UNDRAWN


def render(
    run_dir: Path,
    *,
    title: str | None = None,
    status: str | None = None,
    draw: Draw = undrawn,
    language: str | None = None,
) -> str:
    """The page of the run in `run_dir`, as far as the run has come; whatever is not there is left
    out. `title` replaces the pipeline's name; `status` overrides the one in run.json; `draw` makes the
    pictures of its charts; `language` is `en` or `zh`, None the one that its pipeline declares.
    """
    folder = RunFolder(run_dir)
    with speaking(language or folder.language):
        return _rendered(folder, title, status, draw)


def _rendered(
    folder: RunFolder,
    title: str | None,
    status: str | None,
    draw: Draw,
) -> str:
    data, models = data_parts(folder), model_parts(folder)
    trainings, evaluations = training_parts(folder), evaluation_parts(folder)
    best = best_of(evaluations)
    overrides = list(map(str, folder.run.get("overrides") or ()))
    name = folder.run.get("name") or folder.pipeline.get("name") or folder.path.name
    description = folder.run.get("description") or folder.pipeline.get("description")
    settings, compared = setting_parts(folder), comparison(folder)
    shown = _charts(compared, data, settings, trainings, evaluations)
    drawings = draw(shown)
    # All but what takes the pictures is made while they are drawn.
    parts = {
        "title": title or name,
        "description": description or "",
        "ending": ending(folder, status),
        "verdict": verdict.sentence(folder, best),
        "warnings": list(warnings(folder)),
        "mistakes": mistakes_parts(folder),
        "figures": list(figures(folder, data, models, trainings, evaluations)),
        "command": folder.run.get("command") or "",
        "real": real_data_command(folder, data),
        "previous": previous_run(folder, best.id if best else None),
        "data": data,
        "samples": list(samples(folder)),
        "augmented": list(augmented(folder)),
        "filters": list(trained_filters(folder)),
        "heat_maps": list(heat_maps(folder)),
        "health": health_parts(folder),
        "models": models,
        "inspections": inspection_parts(folder),
        "settings": settings,
        "trainings": trainings,
        "comparison": compared,
        "predictions": list(predictions(folder)),
        "folders": folder_parts(folder),
        "evaluations": evaluations,
        "confusion_tables": confusion_tables(folder),
        "side_by_side": side_by_side(evaluations),
        "timings": timings(folder),
        "profile": profile_parts(folder),
        "forecast": forecast_parts(folder),
        "total_seconds": total_seconds(folder),
        "environment": list(environment(folder.run)),
        "overrides": overrides,
        "marked": overridden(folder.resolved_text, overrides),
        "folder": folder,
    }
    template = _template()
    with timed("draw charts"):
        parts["drawings"] = drawings()
    return template.render(parts, files=list(left_files(folder)))


def write_page(
    run_dir: Path,
    path: str = "report.html",
    title: str | None = None,
    *,
    status: str | None = None,
    draw: Draw = begin_drawing,
    language: str | None = None,
) -> Path:
    """The page as a file in the run directory; the rest as in `render`. Raises OutputError."""
    page = run_dir / path
    with timed("page"):
        text = render(run_dir, title=title, status=status, draw=draw, language=language)
        write_text(page, text)
    return page


def _charts(
    compared: Comparison | None,
    *groups: Sequence[DataPart | SettingPart | TrainingPart | EvaluationPart],
) -> dict[str, Chart]:
    """By the name of its picture file, without the ending. Where several stages drew the same one, the
    stage's id precedes the name.
    """
    found = dict(compared.charts) if compared else {}
    for parts in groups:
        for part in parts:
            prefix = f"{part.id}_" if len(parts) > 1 else ""
            found |= {f"{prefix}{name}": chart for name, chart in part.charts.items()}
    return found


def environment_of(folder: Path) -> jinja2.Environment:
    """For the templates of pages in this folder: all that they are given is escaped, and nothing may be missing."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, HERE, markup.HERE]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"_": marked_up, "html_language": html_language}
    made.filters["term"] = term
    return made


@functools.lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment_ = environment_of(HERE)
    numbers = formatting.percent, formatting.count, formatting.seconds, formatting.plural
    environment_.filters |= {function.__name__: function for function in numbers}
    environment_.filters |= {"yaml": yaml_markup, "sizes": sizes_in_words}
    script = (HERE / "page.js").read_text(encoding="utf-8")
    markup.add_charts(environment_, [HERE / "page.css"], script)
    return environment_.get_template("page.html.j2")
