"""The page: one HTML file that shows a run and needs nothing else to be read."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from cifar_pipe.files import write_text
from cifar_pipe.profiling import timed
from cifar_pipe.report import formatting
from cifar_pipe.report.drawing.scene import Scene
from cifar_pipe.report.drawing.svg import to_svg
from cifar_pipe.report.folder_predictions import folder_parts
from cifar_pipe.report.highlight import yaml_markup
from cifar_pipe.report.profile_table import profile_parts
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections import verdict
from cifar_pipe.report.sections.comparison import comparison
from cifar_pipe.report.sections.data import data_parts, sizes_in_words
from cifar_pipe.report.sections.evaluation import evaluation_parts, side_by_side
from cifar_pipe.report.sections.evaluation import verdict as best_of
from cifar_pipe.report.sections.head import ending, figures, warnings
from cifar_pipe.report.sections.health import health_parts
from cifar_pipe.report.sections.inspection import inspection_parts
from cifar_pipe.report.sections.mistakes import mistakes_parts
from cifar_pipe.report.sections.model import model_parts
from cifar_pipe.report.sections.pictures import predictions, samples
from cifar_pipe.report.sections.run import environment, timings, total_seconds
from cifar_pipe.report.sections.settings import setting_parts
from cifar_pipe.report.sections.training import training_parts

HERE = Path(__file__).parent


def render(run_dir: Path, *, title: str | None = None, status: str | None = None) -> str:
    """The page of the run in `run_dir`, as far as the run has come; whatever is not there is left
    out. `title` replaces the pipeline's name; `status` overrides the one in run.json.
    """
    folder = RunFolder(run_dir)
    data, models = data_parts(folder), model_parts(folder)
    trainings, evaluations = training_parts(folder), evaluation_parts(folder)
    name = folder.run.get("name") or folder.pipeline.get("name") or folder.path.name
    description = folder.run.get("description") or folder.pipeline.get("description")
    return _template().render(
        title=title or name,
        description=description or "",
        ending=ending(folder, status),
        verdict=verdict.sentence(folder, best_of(evaluations)),
        warnings=list(warnings(folder)),
        mistakes=mistakes_parts(folder),
        figures=list(figures(folder, data, models, trainings, evaluations)),
        data=data,
        samples=list(samples(folder)),
        health=health_parts(folder),
        models=models,
        inspections=inspection_parts(folder),
        settings=setting_parts(folder),
        trainings=trainings,
        comparison=comparison(folder),
        predictions=list(predictions(folder)),
        folders=folder_parts(folder),
        evaluations=evaluations,
        side_by_side=side_by_side(evaluations),
        timings=timings(folder),
        profile=profile_parts(folder),
        total_seconds=total_seconds(folder),
        environment=list(environment(folder.run)),
        folder=folder,
    )


def write_page(run_dir: Path, path: str = "report.html", title: str | None = None) -> Path:
    """The page as a file in the run directory. Raises OutputError."""
    page = run_dir / path
    with timed("page"):
        write_text(page, render(run_dir, title=title))
    return page


def charts(run_dir: Path) -> dict[str, Scene]:
    """Every chart of the page by the name of its picture file, without the ending. Where several
    stages drew the same one, the stage's id precedes the name.
    """
    folder = RunFolder(run_dir)
    compared = comparison(folder)
    found = {"compared_loss": compared.chart} if compared else {}
    for parts in (setting_parts(folder), training_parts(folder), evaluation_parts(folder)):
        for part in parts:
            prefix = f"{part.id}_" if len(parts) > 1 else ""
            found |= {f"{prefix}{name}": scene for name, scene in part.charts.items()}
    return found


def environment_of(folder: Path) -> jinja2.Environment:
    """For the templates of pages in this folder: all that they are given is escaped, and nothing may be missing."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # to_svg escapes every text that comes from the run.
    made.filters["svg"] = lambda scene: Markup(to_svg(scene))  # noqa: S704
    return made


@functools.lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment_ = environment_of(HERE)
    numbers = formatting.percent, formatting.count, formatting.seconds, formatting.plural
    environment_.filters |= {function.__name__: function for function in numbers}
    environment_.filters |= {"yaml": yaml_markup, "sizes": sizes_in_words}
    # The style sheet is ours: no escaping.
    environment_.globals["css"] = Markup((HERE / "page.css").read_text(encoding="utf-8"))  # noqa: S704
    # The page's policy names this script by its hash: no other one runs, whatever a name holds.
    script = (HERE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment_.globals |= {"script": Markup(script), "script_hash": f"sha256-{digest}"}  # noqa: S704
    return environment_.get_template("page.html.j2")
