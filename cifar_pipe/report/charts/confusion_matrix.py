"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cifar_pipe.report.charts.chart import WIDTH, Chart
from cifar_pipe.report.charts.look import colour
from cifar_pipe.report.charts.numbers import labels, round_numbers
from cifar_pipe.report.formatting import count, percent

# Above so many classes a cell has no room for a name or a count.
MOST_NAMED = 24
# From this opacity on, light text reads better on a cell than dark text.
_DARK_CELL = 0.66


def confusion_matrix(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Chart:
    """Rows are true classes, columns predicted ones. A cell's shade is its share of its row: right
    answers in one colour, mistakes in another. With counts and names where there is room, else with the
    numbers of the classes, from 0.
    """
    assert len(counts) == len(classes), (len(counts), len(classes))
    size = len(classes)
    named = size <= MOST_NAMED
    rows = list(
        _cells(counts, classes, labels(classes, 20) if named else list(map(str, range(size))))
    )
    right = sum(row[index] for index, row in enumerate(counts))
    total = sum(map(sum, counts))
    names = labels(classes, 20) if named else [str(number) for number in range(size)]
    return Chart(
        title="confusion matrix",
        spec={
            "data": {"values": rows},
            "encoding": _axes(names, named=named),
            "layer": list(_layers(named=named)),
        },
        summary=f"Confusion matrix of {size} classes: {count(right)} of {count(total)} right",
        table=_table(rows),
        note="" if named else "The numbers are those of the classes, from 0 in their order.",
        height=WIDTH if named else WIDTH - 20,
        raster=not named,
    )


def _cells(
    counts: Sequence[Sequence[int]], classes: Sequence[str], names: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for i, row in enumerate(counts):
        total = sum(row)
        for j, amount in enumerate(row):
            if amount:
                share = amount / total
                # A mistake of some percent is what the matrix is looked at for: it must be visible.
                shade = round(0.06 + 0.94 * share**0.7, 3)
                cell = {"t": names[i], "p": names[j], "n": count(amount), "o": shade}
                cell |= {"r": int(i == j), "s": percent(share)}
                # The full names, where the axes have others.
                yield cell | (
                    {"a": classes[i], "b": classes[j]}
                    if names[i] != classes[i] or names[j] != classes[j]
                    else {}
                )


def _axes(names: Sequence[str], *, named: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"labelColor": colour("ink"), "labelLimit": 130, "labelPadding": 6}
    axis |= {"domain": False, "ticks": False, "grid": False}
    if not named:
        step = next(n for n in round_numbers() if len(names) <= 12 * n)
        axis["values"] = list(names[::step])
    longest = max(map(len, names))
    angle = -45 if longest * 7 * len(names) > WIDTH * 0.8 else 0
    scale = {"domain": list(names), "paddingInner": 0.04 if named else 0, "paddingOuter": 0}
    x = {**axis, "orient": "top", "title": "predicted class", "labelAngle": angle}
    y = {**axis, "title": "true class"}
    return {
        "x": {"field": "p", "type": "nominal", "scale": scale, "sort": None, "axis": x},
        "y": {"field": "t", "type": "nominal", "scale": scale, "sort": None, "axis": y},
    }


def _layers(*, named: bool) -> Iterator[dict[str, Any]]:
    fill = {"condition": {"test": "datum.r", "value": colour("accent")}, "value": colour("second")}
    tip = [
        {"field": "a", "title": "true"},
        {"field": "b", "title": "taken for"},
        {"field": "n", "title": "images"},
        {"field": "s", "title": "of its class"},
    ]
    yield {
        "transform": [
            {"calculate": "isValid(datum.a) ? datum.a : datum.t", "as": "a"},
            {"calculate": "isValid(datum.b) ? datum.b : datum.p", "as": "b"},
        ],
        "mark": "rect",
        "encoding": {
            "color": fill,
            "opacity": {"field": "o", "type": "quantitative", "scale": None},
            "tooltip": tip,
        },
    }
    if named:
        ink = {
            "condition": {"test": f"datum.o < {_DARK_CELL}", "value": colour("ink")},
            "value": colour("surface"),
        }
        yield {
            "mark": {"type": "text", "fontSize": 10},
            "encoding": {"text": {"field": "n"}, "color": ink},
        }


def _table(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The mistakes, the most frequent ones first."""
    wrong = sorted(
        (row for row in rows if not row["r"]), key=lambda row: -int(row["n"].replace(",", ""))
    )
    cells = [
        [row.get("a", row["t"]), row.get("b", row["p"]), row["n"], row["s"]] for row in wrong[:50]
    ]
    return [["true class", "taken for", "images", "share of its class"], *cells]
