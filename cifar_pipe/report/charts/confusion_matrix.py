"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cifar_pipe.diagnostics.terminal_width import width_of
from cifar_pipe.report.charts.chart import WIDTH, Chart
from cifar_pipe.report.charts.look import colour
from cifar_pipe.report.charts.numbers import labels, round_numbers
from cifar_pipe.report.formatting import count, percent

# Above so many classes a cell has no room for a name or a count.
MOST_NAMED = 24
# So many mistakes are in the table of values.
MOST_LISTED = 50
# Half of a row and more is at least so opaque, less at most so: on what is between neither light nor dark
# text has a contrast of 4.5.
_LIGHT_CELL, _DARK_CELL = 0.66, 0.9


def confusion_matrix(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Chart:
    """Rows are true classes, columns predicted ones. A cell's shade is its share of its row: right
    answers in one colour, mistakes in another. With counts and names where there is room, else with the
    numbers of the classes, from 0.
    """
    assert len(counts) == len(classes), (len(counts), len(classes))
    size = len(classes)
    named = size <= MOST_NAMED
    names = labels(classes, 20) if named else [str(number) for number in range(size)]
    right = sum(row[index] for index, row in enumerate(counts))
    total = sum(map(sum, counts))
    cells = list(_cells(counts))
    return Chart(
        title="confusion matrix",
        spec={
            "data": {"values": [{**cell, "t": names[i], "p": names[j]} for i, j, cell in cells]},
            "encoding": _axes(names, named=named),
            "layer": list(_layers(names, classes, named=named)),
        },
        summary=f"Confusion matrix of {size} classes: {count(right)} of {count(total)} right",
        table=_table(counts, classes),
        note="" if named else "The numbers are those of the classes, from 0 in their order.",
        height=_height(names, named=named),
        raster=not named,
    )


def _cells(counts: Sequence[Sequence[int]]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Those with images: row, column, the number, its share of the row, how opaque, whether right."""
    for i, row in enumerate(counts):
        total = sum(row)
        for j, amount in enumerate(row):
            if amount:
                share = amount / total
                cell = {"n": count(amount), "s": percent(share), "o": round(_shade(share), 2)}
                yield i, j, cell | ({"r": 1} if i == j else {})


def _widest(names: Sequence[str]) -> float:
    """In pixels, about."""
    return 6.5 * max(map(width_of, names)) + 8


def _height(names: Sequence[str], *, named: bool) -> float:
    """With which the cells are about square: names beside them, which turned ones are above them too."""
    if not named:
        return WIDTH - 20
    return WIDTH if _is_turned(names) else WIDTH - _widest(names) + 16


def _is_turned(names: Sequence[str]) -> bool:
    return _widest(names) * len(names) > WIDTH * 0.75


def _shade(share: float) -> float:
    if share >= 0.5:
        return _DARK_CELL + (1 - _DARK_CELL) * (2 * share - 1)
    # A mistake of some percent is what the matrix is looked at for: it must be visible.
    return 0.06 + (_LIGHT_CELL - 0.06) * float((2 * share) ** 0.7)


def _axes(names: Sequence[str], *, named: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"labelColor": colour("ink"), "labelLimit": 130, "labelPadding": 6}
    axis |= {"domain": False, "ticks": False, "grid": False}
    if not named:
        step = next(n for n in round_numbers() if len(names) <= 12 * n)
        axis["values"] = list(names[::step])
    turned = named and _is_turned(names)
    scale = {"domain": list(names), "paddingInner": 0.04 if named else 0, "paddingOuter": 0}
    x = {**axis, "orient": "top", "title": "predicted class", "labelAngle": -90 if turned else 0}
    y = {**axis, "title": "true class"}
    return {
        "x": {"field": "p", "type": "nominal", "scale": scale, "sort": None, "axis": x},
        "y": {"field": "t", "type": "nominal", "scale": scale, "sort": None, "axis": y},
    }


def _layers(
    names: Sequence[str], classes: Sequence[str], *, named: bool
) -> Iterator[dict[str, Any]]:
    fill = {"condition": {"test": "datum.r", "value": colour("accent")}, "value": colour("second")}
    whole = [{"k": name, "whole": one} for name, one in zip(names, classes, strict=True)]
    source = {"data": {"values": whole}, "key": "k", "fields": ["whole"]}
    heads = {"a": "true class", "b": "taken for", "n": "images", "s": "share of its class"}
    yield {
        "transform": [
            {"lookup": "t", "from": source, "as": ["a"]},
            {"lookup": "p", "from": source, "as": ["b"]},
        ],
        "mark": "rect",
        "encoding": {
            "color": fill,
            "opacity": {"field": "o", "type": "quantitative", "scale": None},
            "tooltip": [{"field": key, "title": head} for key, head in heads.items()],
        },
    }
    if named:
        dark = {"test": f"datum.o <= {_LIGHT_CELL}", "value": colour("ink")}
        ink = {"condition": dark, "value": colour("surface")}
        text = {"type": "text", "fontSize": 10}
        yield {"mark": text, "encoding": {"text": {"field": "n"}, "color": ink}}


def _table(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> list[list[str]]:
    """The most frequent mistakes."""
    wrong = [(row[j], i, j) for i, row in enumerate(counts) for j in range(len(row)) if i != j]
    rows = [
        [classes[i], classes[j], count(amount), percent(amount / sum(counts[i]))]
        for amount, i, j in sorted(wrong, key=lambda one: -one[0])[:MOST_LISTED]
        if amount
    ]
    return [["true class", "taken for", "images", "share of its class"], *rows]
