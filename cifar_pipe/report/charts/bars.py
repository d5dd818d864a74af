"""One bar per class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.look import colour
from cifar_pipe.report.charts.numbers import labels, whole_numbers
from cifar_pipe.report.formatting import count, percent, percent_axis
from cifar_pipe.report.language import _

Interval = tuple[float, float]

# In pixels, of one bar with the gap to the next; of many classes.
_PITCH, _SMALL_PITCH, _MANY = 24, 17, 30

_BAR = {"type": "bar", "color": colour("accent"), "height": {"band": 0.72}}
_CLASSES = {
    "field": "c",
    "type": "nominal",
    "sort": None,
    "axis": {"title": None, "labelLimit": 190, "labelPadding": 8, "labelColor": colour("ink")},
}


def bars(
    shares: Mapping[str, float],
    *,
    overall: float | None,
    what: str,
    intervals: Mapping[str, Interval] | None = None,
) -> Chart:
    """One bar per class, its share in percent beside it and its interval as a line over its end, in the
    order given; above 30 classes by their shares. `overall` is a line across.
    """
    between = intervals or {}
    many = len(shares) > _MANY
    if many:
        shares = dict(sorted(shares.items(), key=lambda one: -one[1]))
    rows = [
        {"c": label, "name": name, "v": share, "t": percent(share)}
        | (dict(zip("lh", between[name], strict=True)) if name in between else {})
        for label, (name, share) in zip(labels(list(shares)), shares.items(), strict=True)
    ]
    axis = {"title": None, "tickCount": 4, "labelExpr": percent_axis()}
    x = {"field": "v", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    tip = [{"field": "name", "title": _("class")}, {"field": "t", "title": what}]
    bar = {**_BAR, "opacity": 0.55} if between else _BAR
    text = {"type": "text", "align": "left", "dx": 10, "color": colour("ink")}
    at_the_right = {"text": {"field": "t"}, "x": {"value": "width"}}
    head = what
    if overall is not None:
        head = _("{what}, {share} over all", what=what, share=percent(overall))
    words = _(", ").join(f"{name} {percent(share)}" for name, share in shares.items())
    return Chart(
        title=what,
        spec={
            "data": {"values": rows},
            "encoding": {"y": _CLASSES},
            "layer": [
                {"mark": bar, "encoding": {"x": x, "tooltip": tip}},
                *_interval_layers(rows),
                *_overall_layers(overall),
                {"mark": text, "encoding": at_the_right},
            ],
        },
        summary=_("{what}: {values}", what=head, values=words),
        table=_table(shares, between, what),
        note=_note(between, overall),
        height=(_SMALL_PITCH if many else _PITCH) * len(shares) + 44,
    )


def counted_bars(counts: Mapping[str, Sequence[int]], *, splits: Sequence[str], what: str) -> Chart:
    """How many images of each class the first of the splits has; the table has those of all."""
    rows = [
        {"c": label, "name": name, "v": of[0], "t": count(of[0])}
        for label, (name, of) in zip(labels(list(counts)), counts.items(), strict=True)
    ]
    tip = [{"field": "name", "title": _("class")}, {"field": "t", "title": _("images")}]
    amounts = [(of[0], name) for name, of in counts.items()]
    (least, few), (most, many) = min(amounts), max(amounts)
    axis = {"title": None, **whole_numbers(most, 4)}
    words = _(
        "from {least} of {few} to {most} of {many}",
        least=count(least),
        few=few,
        most=count(most),
        many=many,
    )
    return Chart(
        title=what,
        spec={
            "data": {"values": rows},
            "mark": _BAR,
            "encoding": {
                "y": _CLASSES,
                "x": {"field": "v", "type": "quantitative", "axis": axis},
                "tooltip": tip,
            },
        },
        summary=_("{what}: {values}", what=what, values=words),
        table=[[_("class"), *splits], *([name, *map(count, of)] for name, of in counts.items())],
        height=(_SMALL_PITCH if len(counts) > _MANY else _PITCH) * len(counts) + 30,
    )


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
    words = {"text": {"value": _("all {share}", share=percent(overall))}, "y": {"value": 0}}
    data: dict[str, Any] = {"values": [{}]}
    return [
        {"data": data, "mark": line, "encoding": x},
        {"data": data, "mark": text, "encoding": {**x, **words}},
    ]


def _table(
    shares: Mapping[str, float], between: Mapping[str, Interval], what: str
) -> list[list[str]]:
    heads = [_("class"), what, *([_("95 % interval")] if between else [])]
    rows = []
    for name, share in shares.items():
        ends = between.get(name)
        text = _("{low} to {high}", low=percent(ends[0]), high=percent(ends[1])) if ends else "–"
        rows.append([name, percent(share), *([text] if between else [])])
    return [heads, *rows]


def _note(between: Mapping[str, Interval], overall: float | None) -> str:
    parts = []
    if between:
        parts.append(_("The line over the end of a bar is its 95 % interval."))
    if overall is not None:
        parts.append(_("The dashed line is the accuracy over all images."))
    return " ".join(parts)
