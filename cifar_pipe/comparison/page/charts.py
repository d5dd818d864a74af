"""The charts of a comparison: estimates with their intervals, and curves with the band of the seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from cifar_pipe.comparison.statistics import Estimate
from cifar_pipe.report.charts.chart import Chart, Point
from cifar_pipe.report.charts.curves import curves
from cifar_pipe.report.charts.look import Colour, Look, colour
from cifar_pipe.report.charts.numbers import labels
from cifar_pipe.report.charts.series import Series, thinned
from cifar_pipe.report.formatting import percent_sign
from cifar_pipe.report.language import _

_PITCH = 38


@dataclass(frozen=True)
class Row:
    """One estimate, with the values that it is the mean of."""

    name: str
    estimate: Estimate
    values: Sequence[float] = ()
    colour: Colour = "accent"


def estimates(
    rows: Sequence[Row],
    *,
    of: str,
    what: str,
    shares: bool,
    text: Callable[[float], str],
    zero: bool = False,
) -> Chart:
    """`what` was estimated of each `of`: a dot for each mean, its 95 % interval as a line through it, small dots for the single values;
    with `zero` a line at 0, where nothing differs.
    """
    names = labels([one.name for one in rows])
    several = any(one.values for one in rows)
    words = _("; ").join(f"{one.name} {text(one.estimate.value)}" for one in rows)
    heads = [of, what, _("95 % interval"), *([_("single values")] if several else [])]
    of_means = any(one.estimate.count > 1 for one in rows)
    note = ""
    if _between(rows):
        of_one = _("A line is the 95 % interval, for other test images.")
        note = _("A line is the 95 % interval of the mean.") if of_means else of_one
    note += _(" Small dots are single runs.") if several else ""
    return Chart(
        title=what,
        spec={
            "encoding": _axes(rows, shares=shares, zero=zero),
            "layer": list(_layers(rows, names, text, zero=zero)),
        },
        summary=_("{what}: {values}", what=what, values=words),
        table=[heads, *(_in_words(one, text, several=several) for one in rows)],
        note=note.strip(),
        height=_PITCH * len(rows) + 40.0,
    )


def _in_words(row: Row, text: Callable[[float], str], *, several: bool) -> list[str]:
    ends = row.estimate.interval
    between = _("{low} to {high}", low=text(ends[0]), high=text(ends[1])) if ends else "–"
    more = [_(", ").join(map(text, row.values)) or "–"] if several else []
    return [row.name, text(row.estimate.value), between, *more]


def _between(rows: Sequence[Row]) -> list[float]:
    return [end for one in rows for end in one.estimate.interval or ()]


def _axes(rows: Sequence[Row], *, shares: bool, zero: bool) -> dict[str, Any]:
    known = [value for one in rows for value in (one.estimate.value, *one.values)]
    known += _between(rows) + [0.0] * zero
    pad = 0.06 * (max(known) - min(known)) or abs(known[0]) * 0.1 or 0.5
    axis: dict[str, Any] = {"title": None, "tickCount": 5, "format": "~r"}
    if shares:
        # Differences of shares are points.
        unit = "" if zero else percent_sign()
        axis = {
            "title": None,
            "tickCount": 5,
            "labelExpr": f"format(100*datum.value,'~r')+'{unit}'",
        }
    scale = {"domain": [min(known) - pad, max(known) + pad], "nice": False, "zero": False}
    names = {"title": None, "labelLimit": 170, "labelPadding": 8, "labelColor": colour("ink")}
    return {
        "y": {"field": "c", "type": "nominal", "sort": None, "axis": names},
        "x": {"field": "v", "type": "quantitative", "scale": scale, "axis": axis},
    }


def _layers(
    rows: Sequence[Row], names: Sequence[str], text: Callable[[float], str], *, zero: bool
) -> Iterator[dict[str, Any]]:
    if zero:
        line = {"type": "rule", "color": colour("muted"), "strokeWidth": 1.5}
        yield {"data": {"values": [{"v": 0}]}, "mark": line, "encoding": {"y": None}}
    for one, name in zip(rows, names, strict=True):
        ink = colour(one.colour)
        mean = {"c": name, "name": one.name, "v": one.estimate.value}
        mean["t"] = text(one.estimate.value)
        if one.estimate.interval:
            low, high = one.estimate.interval
            yield {
                "data": {"values": [{"c": name, "v": low, "h": high}]},
                "mark": {"type": "rule", "color": ink, "strokeWidth": 2},
                "encoding": {"x2": {"field": "h"}},
            }
        yield {
            "data": {"values": [{"c": name, "v": value} for value in one.values]},
            "mark": {"type": "point", "filled": True, "color": ink, "size": 18, "yOffset": -10},
        }
        tip = [{"field": "name", "title": " "}, {"field": "t", "title": _("mean")}]
        yield {
            "data": {"values": [mean]},
            "mark": {"type": "point", "filled": True, "color": ink, "size": 90, "opacity": 1},
            "encoding": {"tooltip": tip},
        }
        yield {
            "data": {"values": [mean]},
            "mark": {"type": "text", "dy": 14, "color": colour("ink")},
            "encoding": {"text": {"field": "t"}},
        }


@dataclass(frozen=True)
class Curves:
    """The curves of the runs of one variant, each (step, value) by step."""

    name: str
    runs: Sequence[Sequence[Point]]
    look: Look

    @property
    def shared(self) -> list[tuple[float, list[float]]]:
        """The values of all runs at the steps that all have."""
        maps = [dict(one) for one in self.runs]
        steps = sorted(set(maps[0]).intersection(*maps[1:]))
        return [(step, [one[step] for one in maps]) for step in steps]


def overlaid(
    variants: Sequence[Curves], *, what: str, shares: bool = False, group: str = ""
) -> Chart | None:
    """The mean of each variant's runs over the steps, with the band from the lowest to the highest;
    None where the runs of none have logged at the same steps.
    """
    series = []
    for one in variants:
        if points := one.shared:
            means = thinned([(step, fmean(of_step)) for step, of_step in points])
            kept = {step for step, _ in means}
            ends = [(step, min(of), max(of)) for step, of in points if step in kept]
            band = ends if len(one.runs) > 1 else ()
            series.append(Series(one.name, means, one.look, marked=True, band=band))
    if not series:
        return None
    chart = curves(series, what=what, shares=shares, group=group, logarithmic=not shares)
    if any(one.band for one in series):
        words = _(
            "A line is the mean of the runs, the band reaches from the lowest to the highest."
        )
        return replace(chart, note=f"{words} {chart.note}".strip())
    return chart
