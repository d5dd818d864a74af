"""The loss of a learning-rate range test over its learning rates, which grow by a factor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cifar_pipe.report.charts.chart import Chart, Key, Point
from cifar_pipe.report.charts.look import DASHES, Look, colour
from cifar_pipe.report.charts.series import short, thinned
from cifar_pipe.report.formatting import number
from cifar_pipe.report.language import _

_LOSS, _SMOOTHED = Look("muted", DASHES[2]), Look("accent", DASHES[0])


def learning_rates(
    losses: Sequence[Point], smoothed: Sequence[Point], marks: Mapping[str, float]
) -> Chart:
    """Points are (learning rate, loss), by rate, at least one; `marks` are rates, by their names.

    What lies far above the smoothed loss's beginning is cut off: at the end the loss explodes.
    """
    low, first = min(value for __, value in smoothed), smoothed[0][1]
    high = max(first + (first - low), min(max(value for __, value in smoothed), 2 * first))
    pad = 0.05 * (high - low) if high > low else 0.5
    low, high = low - pad, high + pad
    loss, smooth = _("loss"), _("smoothed")
    series = {loss: thinned(losses), smooth: thinned(smoothed)}
    of = {name: dict(points) for name, points in series.items()}
    rates = sorted({rate for points in series.values() for rate, __ in points})
    rows = [
        [
            f"{rate:.3g}",
            *("" if (one := known.get(rate)) is None else short(one) for known in of.values()),
        ]
        for rate in rates
    ]
    words = _("; ").join(
        _("{name} at {rate}", name=name, rate=number(rate)) for name, rate in marks.items()
    )
    above = sum(value > high for __, value in series[loss])
    return Chart(
        title=_("loss over the learning rate"),
        spec=_spec(series, (low, high), marks),
        summary=_("loss over the learning rate. {values}", values=words),
        table=[[_("learning rate"), *series], *rows],
        keys=[Key(loss, _LOSS), Key(smooth, _SMOOTHED)],
        note=_("Losses above {loss} are cut off.", loss=short(high)) if above else "",
        steps=rates,
    )


def _spec(
    series: Mapping[str, Sequence[Point]], ends: tuple[float, float], marks: Mapping[str, float]
) -> dict[str, Any]:
    x = {
        "field": "x",
        "type": "quantitative",
        "title": _("learning rate"),
        "scale": {"type": "log", "nice": False},
        "axis": {"grid": False, "tickCount": 6, "format": "~g", "labelOverlap": "greedy"},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": list(ends), "nice": False},
        "axis": {"title": None, "tickCount": 5, "format": "~r"},
    }
    looks = (_LOSS, 1.25), (_SMOOTHED, 2.0)
    return {
        "params": [{"name": "at", "value": None}],
        "encoding": {"x": x, "y": y},
        "layer": [
            *(_line(points, *look) for points, look in zip(series.values(), looks, strict=True)),
            *_mark_layers(marks),
            {
                "data": {"values": [{}]},
                "transform": [{"filter": "at !== null"}, {"calculate": "at", "as": "x"}],
                "mark": {"type": "rule", "color": colour("muted")},
                "encoding": {"y": None},
            },
        ],
    }


def _line(points: Sequence[Point], look: Look, width: float) -> dict[str, Any]:
    mark = {"type": "line", "clip": True, "strokeWidth": width, "color": colour(look.colour)}
    return {
        "data": {"values": [{"x": x, "y": y} for x, y in points]},
        "mark": {**mark, "strokeDash": list(look.dash or (1, 0))},
    }


def _mark_layers(marks: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """A line at each, and its name above, one below the other."""
    for row, (name, rate) in enumerate(marks.items()):
        data = {"values": [{"x": rate}]}
        line = {"type": "rule", "color": colour("second"), "strokeDash": [4, 3]}
        text = {"type": "text", "align": "right", "dx": -5, "color": colour("second")}
        place = {"y": {"value": 8 + 14 * row}, "text": {"value": name}}
        yield {"data": data, "mark": line, "encoding": {"y": None}}
        yield {"data": data, "mark": text, "encoding": place}
