"""One bar per class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.look import colour
from cifar_pipe.report.charts.numbers import labels
from cifar_pipe.report.formatting import NBSP, count, percent

Interval = tuple[float, float]

# In pixels, of one bar with the gap to the next; of many classes.
_PITCH, _SMALL_PITCH, _MANY = 24, 17, 30


def bars(
    shares: Mapping[str, float],
    *,
    overall: float | None,
    what: str,
    intervals: Mapping[str, Interval] | None = None,
) -> Chart:
    """One bar per class, in the order given, its share in percent at its end, and a line over its
    interval; `overall` is a line across.
    """
    between = intervals or {}
    names = labels(list(shares))
    rows = [
        {"c": label, "name": name, "v": share, "t": percent(share)}
        | (dict(zip("lh", between[name], strict=True)) if name in between else {})
        for label, (name, share) in zip(names, shares.items(), strict=True)
    ]
    axis = {"title": None, "labelLimit": 190, "labelPadding": 8, "labelColor": colour("ink")}
    y = {"field": "c", "type": "nominal", "sort": None, "axis": axis}
    share_axis = {
        "title": None,
        "tickCount": 4,
        "labelExpr": f"format(100*datum.value,'~r')+'{NBSP}%'",
    }
    ends = {"domain": [0, 1]}
    tip = [{"field": "name", "title": "class"}, {"field": "t", "title": what}]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "color": colour("accent"), "height": {"band": 0.72}},
            "encoding": {
                "x": {"field": "v", "type": "quantitative", "scale": ends, "axis": share_axis},
                "tooltip": tip,
            },
        },
        *_interval_layers(rows),
        {
            "mark": {"type": "text", "align": "left", "dx": 8, "color": colour("ink")},
            "encoding": {
                "x": {"field": "h" if between else "v", "type": "quantitative"},
                "text": {"field": "t"},
            },
        },
        *_overall_layers(overall),
    ]
    whole = "" if overall is None else f", {percent(overall)} over all"
    words = ", ".join(f"{name} {percent(share)}" for name, share in shares.items())
    many = len(shares) > _MANY
    return Chart(
        title=what,
        spec={"data": {"values": rows}, "encoding": {"y": y}, "layer": layers},
        summary=f"{what}{whole}: {words}",
        table=_table(shares, between, what),
        note=_note(between, overall),
        height=(_SMALL_PITCH if many else _PITCH) * len(shares) + 44,
    )


def counted_bars(counts: Mapping[str, Sequence[int]], *, splits: Sequence[str], what: str) -> Chart:
    """The number of images of each class, a bar for each of the splits, side by side."""
    names = labels(list(counts))
    rows = [
        {"c": label, "name": name, "s": split, "v": amount, "t": count(amount)}
        for label, (name, of) in zip(names, counts.items(), strict=True)
        for split, amount in zip(splits, of, strict=True)
    ]
    axis = {"title": None, "labelLimit": 190, "labelPadding": 8, "labelColor": colour("ink")}
    tip = [
        {"field": "name", "title": "class"},
        {"field": "s", "title": "split"},
        {"field": "t", "title": "images"},
    ]
    spec = {
        "data": {"values": rows},
        "mark": {"type": "bar", "color": colour("accent")},
        "encoding": {
            "y": {"field": "c", "type": "nominal", "sort": None, "axis": axis},
            "x": {
                "field": "v",
                "type": "quantitative",
                "axis": {"title": "images", "tickCount": 4},
            },
            "tooltip": tip,
        },
    }
    amounts = [(amount, name) for name, of in counts.items() for amount in of]
    (least, few), (most, many) = min(amounts), max(amounts)
    words = f"from {count(least)} of {few} to {count(most)} of {many}"
    table = [["class", *splits], *([name, *map(count, of)] for name, of in counts.items())]
    pitch = _SMALL_PITCH if len(counts) > _MANY else _PITCH
    return Chart(what, spec, f"{what}: {words}", table, height=pitch * len(counts) + 60)


def _interval_layers(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not any("l" in row for row in rows):
        return []
    place = {"x": {"field": "l", "type": "quantitative"}, "x2": {"field": "h"}}
    return [
        {
            "transform": [{"filter": "isValid(datum.l)"}],
            "mark": {"type": "rule", "color": colour("ink"), "strokeWidth": 1.5},
            "encoding": place,
        }
    ]


def _overall_layers(overall: float | None) -> list[dict[str, Any]]:
    if overall is None:
        return []
    x = {"x": {"datum": overall, "type": "quantitative"}, "y": None}
    line = {"type": "rule", "color": colour("second"), "strokeDash": [4, 3], "strokeWidth": 1.5}
    text = {"type": "text", "baseline": "bottom", "dy": -4, "color": colour("second")}
    words = {"text": {"value": f"all {percent(overall)}"}, "y": {"value": 0}}
    data: dict[str, Any] = {"values": [{}]}
    return [
        {"data": data, "mark": line, "encoding": x},
        {"data": data, "mark": text, "encoding": {**x, **words}},
    ]


def _table(
    shares: Mapping[str, float], between: Mapping[str, Interval], what: str
) -> list[list[str]]:
    heads = ["class", what, *(["95 % interval"] if between else [])]
    rows = []
    for name, share in shares.items():
        ends = between.get(name)
        more = [f"{percent(ends[0])} to {percent(ends[1])}" if ends else "–"] if between else []
        rows.append([name, percent(share), *more])
    return [heads, *rows]


def _note(between: Mapping[str, Interval], overall: float | None) -> str:
    parts = []
    if between:
        parts.append("The dark line over the end of a bar is its 95 % interval.")
    if overall is not None:
        parts.append("The dashed line is the accuracy over all images.")
    return " ".join(parts)
