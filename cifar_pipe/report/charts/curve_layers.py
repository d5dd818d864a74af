"""The Vega-Lite spec of curves over steps, a layer for each thing that is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Any

from cifar_pipe.report.charts.look import Look, colour
from cifar_pipe.report.charts.numbers import round_numbers, whole_numbers
from cifar_pipe.report.charts.series import Mark, Series
from cifar_pipe.report.formatting import NBSP, percent_axis
from cifar_pipe.report.language import _

# A curve of so few points marks each, a longer one as many as tell it apart.
MARKED = 60
SPARSE = 7
# So many epochs are named with the word, so many have their numbers and their ends as lines.
MOST_WORDS = 5
MOST_NUMBERS = 12
MARKED_LOOK = Look("ink", (2, 2))
# How tall curves are, in pixels, without their axes: only names at their ends depend on it.
_HEIGHT = 190


def curve_spec(
    series: Sequence[Series],
    epochs: Sequence[float],
    mark: Mark | None,
    *,
    shares: bool,
    ends: tuple[float, float],
    log: tuple[float, float] | None,
) -> dict[str, Any]:
    last = max(*(step for one in series for step, _ in one.points), *epochs, 1.0)
    names = [one.name for one in series]
    rows = [
        row for at, one in enumerate(series) for row in _rows(one, (at + 1) / (len(series) + 1))
    ]
    y_axis: dict[str, Any] = {"title": None, "tickCount": 5, "format": "~g"}
    if shares:
        y_axis = {
            "title": None,
            "tickCount": 5,
            "labelExpr": percent_axis(),
        }
    look = {
        "color": _scale(names, [colour(one.look.colour) for one in series]),
        "strokeDash": _scale(names, [list(one.look.dash or (1, 0)) for one in series]),
        "shape": _scale(names, [one.look.shape or "circle" for one in series]),
    }
    layers = [*_epoch_layers(epochs), *_mark_layers(mark), *_band_layers(series)]
    stroke = {key: look[key] for key in ("color", "strokeDash")}
    for stairs in (False, True):
        of = [one.name for one in series if one.stairs is stairs and len(one.points) > 1]
        layers += [_line(of, stroke, stairs=stairs)] if of else []
    if any(row.get("m") for row in rows):
        layers.append(
            {
                "transform": [{"filter": f"datum.m && (log || datum.y <= {ends[1]})"}],
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                "encoding": {k: look[k] for k in ("color", "shape")},
            }
        )
    layers += _pointer_layers(look["color"], ends[1])
    if len(series) > 1:
        layers.append(_end_layer(series, ends, log, look["color"]))
    return {
        "params": [{"name": "at", "value": None}, {"name": "log", "value": False}],
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                "title": _("step (batches seen)"),
                "scale": {"domain": [0, last], "nice": False},
                "axis": {"grid": False, **whole_numbers(last, 5)},
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                "scale": {"domain": list(ends), "nice": False},
                "axis": y_axis,
            },
        },
        "layer": layers,
    }


def _rows(series: Series, shift: float) -> Iterator[dict[str, Any]]:
    """`shift`, from 0 to 1, moves the marks of a long curve, which else would hide those of others."""
    points = series.points
    marked = set(points if len(points) == 1 or series.marked else ())
    if len(marked) > MARKED:
        first, last = points[0][0], points[-1][0]
        wanted = (first + (at + shift) / SPARSE * (last - first) for at in range(SPARSE))
        marked = {min(points, key=lambda point: abs(point[0] - step)) for step in wanted}
    for point in points:
        row: dict[str, Any] = {"n": series.name, "x": point[0], "y": point[1]}
        yield row | ({"m": 1} if point in marked else {})


def _scale(names: Sequence[str], looks: Sequence[Any]) -> dict[str, Any]:
    return {
        "field": "n",
        "type": "nominal",
        "scale": {"domain": list(names), "range": list(looks)},
    }


def _line(names: Sequence[str], look: dict[str, Any], *, stairs: bool) -> dict[str, Any]:
    mark = {"type": "line", "clip": True, "strokeWidth": 1.75, "strokeJoin": "round"}
    return {
        "transform": [{"filter": {"field": "n", "oneOf": list(names)}}],
        "mark": {**mark, "interpolate": "step-before"} if stairs else mark,
        "encoding": look,
    }


def _epoch_layers(epochs: Sequence[float]) -> Iterator[dict[str, Any]]:
    """A line where an epoch ends, unless they are many, and its number above the middle of it."""
    if not epochs:
        return
    every = next(n for n in round_numbers() if len(epochs) <= MOST_NUMBERS * n)
    named = len(epochs) <= MOST_WORDS
    ends = list(pairwise([0.0, *epochs]))
    texts = [
        {
            "x": (start + end) / 2,
            "t": _("epoch{space}{number}", space=NBSP, number=at) if named else f"{at}",
        }
        for at, (start, end) in enumerate(ends, 1)
        if at % every == 0
    ]
    if not named:
        texts.append({"x": 0, "t": _("epoch")})
    yield {
        "data": {"values": texts},
        "mark": {"type": "text", "baseline": "bottom", "dy": -6},
        "encoding": {"text": {"field": "t"}, "y": {"value": 0}},
    }
    if len(epochs) <= MOST_NUMBERS:
        yield {
            "data": {"values": [{"x": end} for _, end in ends[:-1]]},
            "mark": {"type": "rule", "color": colour("line"), "strokeDash": [4, 3]},
            "encoding": {"y": None},
        }


def _mark_layers(mark: Mark | None) -> Iterator[dict[str, Any]]:
    if mark is None:
        return
    data = {"values": [{"x": mark.step}]}
    dash = list(MARKED_LOOK.dash or ())
    line = {"type": "rule", "color": colour(MARKED_LOOK.colour), "strokeDash": dash}
    yield {"data": data, "mark": line, "encoding": {"y": None}}


def _band_layers(series: Sequence[Series]) -> Iterator[dict[str, Any]]:
    for one in series:
        if one.band:
            rows = [{"x": step, "y": low, "z": high} for step, low, high in one.band]
            # An area over a single step has no width.
            kind = {"type": "area"} if len(rows) > 1 else {"type": "rule", "strokeWidth": 6}
            mark = {**kind, "color": colour(one.look.colour), "opacity": 0.18, "clip": True}
            yield {"data": {"values": rows}, "mark": mark, "encoding": {"y2": {"field": "z"}}}


def _pointer_layers(look: dict[str, Any], high: float) -> Iterator[dict[str, Any]]:
    yield {
        "data": {"values": [{}]},
        "transform": [{"filter": "at !== null"}, {"calculate": "at", "as": "x"}],
        "mark": {"type": "rule", "color": colour("muted")},
        "encoding": {"y": None},
    }
    yield {
        "transform": [{"filter": f"datum.x === at && (log || datum.y <= {high})"}],
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {"color": look},
    }


def _end_layer(
    series: Sequence[Series],
    ends: tuple[float, float],
    log: tuple[float, float] | None,
    look: dict[str, Any],
) -> dict[str, Any]:
    """Each series' name at its last point; those that would touch are moved apart."""
    apart = 13 / _HEIGHT
    last = [one.points[-1] for one in series]
    shares = [
        (min(max(value, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0]) for _, value in last
    ]
    moved = spread_out(shares, apart)
    in_log = [0.0] * len(last)
    if log:
        whole = math.log(log[1] / log[0])
        logs = [math.log(max(value, log[0]) / log[0]) / whole for _, value in last]
        in_log = [new - old for new, old in zip(spread_out(logs, apart), logs, strict=True)]
    rows = [
        {
            "n": one.name,
            "x": x,
            "y": min(y, ends[1]),
            "z": y,
            "d": -_HEIGHT * (new - old),
            "e": -_HEIGHT * shift,
        }
        for one, (x, y), new, old, shift in zip(series, last, moved, shares, in_log, strict=True)
    ]
    return {
        "data": {"values": rows},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "dx": 8,
            "dy": {"expr": "log ? datum.e : datum.d"},
            "limit": 96,
        },
        "encoding": {"text": {"field": "n"}, "color": look},
    }


def spread_out(places: Sequence[float], apart: float) -> list[float]:
    """The places so far apart, in the same order, moved as little as that takes: what would touch lies
    around its common middle (isotonic regression of the places less their distances).
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    blocks: list[list[float]] = []
    for rank, index in enumerate(order):
        blocks.append([places[index] - rank * apart])
        while len(blocks) > 1 and fmean(blocks[-2]) > fmean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    means = [mean for block in blocks for mean in [fmean(block)] * len(block)]
    found = dict(zip(order, means, strict=True))
    return [found[index] + order.index(index) * apart for index in range(len(places))]
