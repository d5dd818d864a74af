"""Where the pages of comparisons go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cifar_pipe.comparison.runs import Comparison
    from cifar_pipe.events import Events


def comparison_place(comparison: Comparison) -> Path:
    """`runs/comparisons/<key>.html`: the same for the same runs."""
    from cifar_pipe.runner.store.keys import digest_of
    from cifar_pipe.stages.run_file import RUNS

    paths = [run.path.as_posix() for one in comparison.variants for run in one.runs]
    return RUNS / "comparisons" / f"{digest_of([comparison.metric, *paths])[:8]}.html"


def write_comparison(
    comparison: Comparison,
    path: Path,
    events: Events,
    *,
    images: bool,
    language: str | None = None,
) -> Path:
    from cifar_pipe.comparison.page.changed_images import changed_images
    from cifar_pipe.comparison.page.pages import comparison_page, write
    from cifar_pipe.report.charts.drawing import begin_drawing, start

    # Beside the loading of the images.
    start()
    shown = changed_images(comparison, events, language) if images else []
    page = comparison_page(comparison, images=shown, draw=begin_drawing, language=language)
    return write(path, page)
