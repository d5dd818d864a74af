"""A chart of a page: a Vega-Lite spec, and in words and numbers what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.charts.look import Look, configuration

Spec = Mapping[str, Any]
Point = tuple[float, float]

# Readable at its own size and in a column of 360 pixels.
WIDTH = 440.0


@dataclass(frozen=True)
class Key:
    """One row of the legend."""

    name: str
    look: Look


@dataclass(frozen=True)
class Chart:
    """`spec` is in Vega-Lite, without sizes and without its configuration; colours are those of
    `look.colour`. Title, legend and note stand beside it as HTML; `summary` says in words what it
    shows, and `table` has its values, a row of heads first.

    `steps`, one for each row of values, make the chart follow the pointer and the arrow keys, together
    with the charts of the same `group`: its spec has a parameter `at`, the step, for what it shows there.
    `log` is the range of its y axis where the reader may make it logarithmic: the spec has `encoding.y`
    at its top and a parameter `log`. A `raster` has too many marks for a page to hold it as a drawing: it
    stands there as an image.
    """

    title: str
    spec: Spec
    summary: str
    table: Sequence[Sequence[str]]
    keys: Sequence[Key] = ()
    note: str = ""
    height: float = 260.0
    group: str = ""
    steps: Sequence[float] = ()
    log: tuple[float, float] | None = None
    raster: bool = False


def on_a_page(chart: Chart, width: float | str = WIDTH) -> dict[str, Any]:
    """The whole spec, for a page that writes the title itself."""
    return {
        **chart.spec,
        "width": width,
        "height": chart.height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
        "background": "transparent",
        "config": configuration(f"{chart.title}{chart.spec}"),
    }


def in_a_file(chart: Chart) -> dict[str, Any]:
    """The whole spec with the title in it, for a picture on white."""
    title = {"text": chart.title, "anchor": "start", "offset": 12}
    sizes = {"height": chart.height + 30, "padding": 12, "background": "#ffffff"}
    return {**on_a_page(chart), **sizes, "title": title}
