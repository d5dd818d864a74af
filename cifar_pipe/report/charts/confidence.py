"""What a network's probabilities are worth: whether they hold, and what leaving out the unsure gains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cifar_pipe.report.charts.chart import Chart, Point
from cifar_pipe.report.charts.look import colour
from cifar_pipe.report.formatting import NBSP, count, percent

BinPoint = tuple[int, float, float, tuple[float, float]]
"""Images, mean probability, accuracy and the ends of its interval."""

_LABEL = f"format(100*datum.value,'~r')+'{NBSP}%'"


def reliability(bins: Sequence[BinPoint], *, error: float) -> Chart:
    """The accuracy over the probability, a point for each bin with its interval; probabilities that hold
    are on the diagonal. `error` is the expected calibration error.
    """
    rows = [
        {"x": share, "y": right, "l": low, "h": high, "n": images}
        | {"p": percent(share), "a": percent(right), "t": count(images)}
        for images, share, right, (low, high) in bins
    ]
    tip = [
        {"field": "p", "title": "mean probability"},
        {"field": "a", "title": "accuracy"},
        {"field": "t", "title": "images"},
    ]
    ends = {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}
    diagonal = {"type": "line", "color": colour("second"), "strokeDash": [4, 3]}
    point = {"type": "point", "filled": True, "opacity": 1, "color": colour("accent")}
    size = {"field": "n", "type": "quantitative", "scale": {"range": [25, 320]}}
    spec = {
        "encoding": {"x": _axis("x", "probability of the answer"), "y": _axis("y", None)},
        "layer": [
            {"data": ends, "mark": diagonal},
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "color": colour("accent")},
                "encoding": {"y": _axis("l", None), "y2": {"field": "h"}},
            },
            {"data": {"values": rows}, "mark": point, "encoding": {"size": size, "tooltip": tip}},
        ],
    }
    heads = ["mean probability", "accuracy", "95 % interval", "images"]
    table = [
        [percent(share), percent(right), f"{percent(low)} to {percent(high)}", count(images)]
        for images, share, right, (low, high) in bins
    ]
    words = f"expected calibration error {percent(error)}"
    return Chart(
        title="accuracy over the probability",
        spec=spec,
        summary=f"accuracy over the probability of the answer; {words}",
        table=[heads, *table],
        note=f"The expected calibration error is {percent(error)}. Below the dashed line the network is surer than it is right; larger points "
        "have more images, and lines are 95 % intervals.",
        height=300.0,
    )


def accuracy_kept(points: Sequence[Point]) -> Chart:
    """`points` are (share of the images that are kept, accuracy of these), the surest first."""
    rows = [
        {"x": share, "y": right, "p": percent(share), "a": percent(right)}
        for share, right in points
    ]
    tip = [{"field": "p", "title": "kept"}, {"field": "a", "title": "accuracy"}]
    line = {"type": "line", "color": colour("accent"), "strokeWidth": 2}
    # Wider than a point is to be hit by the pointer.
    hit = {"type": "point", "filled": True, "opacity": 0, "size": 200}
    (_, first), (_, last) = points[0], points[-1]
    spec = {
        "data": {"values": rows},
        "encoding": {"x": _axis("x", "share of the images that is kept"), "y": _own_axis(points)},
        "layer": [{"mark": line}, {"mark": hit, "encoding": {"tooltip": tip}}],
    }
    return Chart(
        title="accuracy of those that are kept",
        spec=spec,
        summary=f"accuracy of the images with the highest probabilities: {percent(first)} of the "
        f"surest, {percent(last)} of all",
        table=[["kept", "accuracy"], *([percent(x), percent(y)] for x, y in points)],
        note="The images that the network is least sure of are left out first.",
        height=300.0,
    )


def _axis(field: str, title: str | None) -> dict[str, Any]:
    axis = {"title": title, "tickCount": 5, "labelExpr": _LABEL}
    ends = {"domain": [0, 1], "nice": False}
    return {"field": field, "type": "quantitative", "scale": ends, "axis": axis}


def _own_axis(points: Sequence[Point]) -> dict[str, Any]:
    low = min(value for _, value in points)
    axis = _axis("y", None)
    return {**axis, "scale": {"domain": [max(0.0, low - 0.05), 1], "nice": False}}
