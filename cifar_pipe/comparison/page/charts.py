"""The charts of a comparison: estimates with their intervals, and curves with the band of the seeds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from cifar_pipe.comparison.statistics import Estimate
from cifar_pipe.report.charts import axes
from cifar_pipe.report.charts.axes import WIDTH, nice_ticks, note, note_width, tick_texts
from cifar_pipe.report.charts.curves import thinned
from cifar_pipe.report.drawing.scene import (
    Colour,
    Dot,
    Line,
    Point,
    Rect,
    Scene,
    Shape,
    Text,
    shortened,
    text_width,
)
from cifar_pipe.report.formatting import NBSP, count

COLOURS: tuple[Colour, ...] = ("accent", "second", "third", "fourth", "fifth")
_ROW = 34.0
_BANDS = 80


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
    what: str,
    shares: bool,
    text: Callable[[float], str],
    zero: bool = False,
) -> Scene:
    """A dot for each mean, its 95 % interval as a line through it, small dots for the single values;
    with `zero` a line at 0, where nothing differs.
    """
    known = [value for one in rows for value in (one.estimate.value, *one.values)]
    known += [end for one in rows for end in one.estimate.interval or ()]
    ticks = nice_ticks(min(known + [0.0] * zero), max(known + [0.0] * zero))
    names = [shortened(one.name, 170) for one in rows]
    left = max(map(text_width, names)) + 14
    right = WIDTH - max(text_width(text(one.estimate.value)) for one in rows) - 10
    top, bottom = 34.0, 34.0 + _ROW * len(rows)

    def x(value: float) -> float:
        return left + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (right - left)

    shapes: list[Shape] = [axes.title(what)]
    texts = tick_texts(ticks, percent=shares)
    if zero:
        # Differences of shares are points.
        texts = [one.removesuffix(f"{NBSP}%") for one in texts]
    every = 1 + int(len(ticks) * (max(map(note_width, texts)) + 8) / (right - left))
    for at, (tick, label) in enumerate(zip(ticks, texts, strict=True)):
        shapes.append(Line([(x(tick), top), (x(tick), bottom)], "line"))
        if at % every == 0:
            shapes.append(note(x(tick), bottom + 13, label, "middle"))
    if zero:
        shapes.append(Line([(x(0), top), (x(0), bottom)], "muted", 1.5))
    for at, (one, name) in enumerate(zip(rows, names, strict=True)):
        y = top + (at + 0.5) * _ROW
        shapes.append(Text(left - 10, y, name, "ink", anchor="end"))
        if one.estimate.interval:
            low, high = map(x, one.estimate.interval)
            shapes.append(Line([(low, y), (high, y)], one.colour, 2))
            shapes += [Line([(end, y - 5), (end, y + 5)], one.colour, 2) for end in (low, high)]
        shapes += [Dot(x(value), y - 9, 2, one.colour) for value in one.values]
        value = text(one.estimate.value)
        shapes.append(Dot(x(one.estimate.value), y, 4.5, one.colour, f"{one.name}: {value}"))
        shapes.append(Text(right + 10, y, value, "ink"))
    words = "; ".join(f"{one.name} {text(one.estimate.value)}" for one in rows)
    return Scene(WIDTH, bottom + 24, f"{what}. {words}", shapes)


@dataclass(frozen=True)
class Curves:
    """The curves of the runs of one variant, each (step, value) by step."""

    name: str
    runs: Sequence[Sequence[Point]]
    colour: Colour
    dashed: bool = False

    @property
    def shared(self) -> list[tuple[float, list[float]]]:
        """The values of all runs at the steps that all have."""
        maps = [dict(one) for one in self.runs]
        steps = sorted(set(maps[0]).intersection(*maps[1:]))
        return [(step, [one[step] for one in maps]) for step in steps]


def overlaid(curves: Sequence[Curves], *, what: str, shares: bool = False) -> Scene | None:
    """The mean of each variant's runs over the steps, with the band from the lowest to the highest;
    None where the runs of none have logged at the same steps.
    """
    found = [(one, one.shared) for one in curves]
    found = [(one, points) for one, points in found if points]
    if not found:
        return None
    values = [value for _, points in found for _, of_step in points for value in of_step]
    ticks = nice_ticks(min(values), max(values))
    texts = tick_texts(ticks, percent=shares)
    left, right, bottom = max(map(note_width, texts)) + 10, WIDTH - 34.0, 260.0
    top, last = 48.0, max(points[-1][0] for _, points in found) or 1.0

    def place(step: float, value: float) -> Point:
        y = bottom - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (bottom - top)
        return left + step / last * (right - left), y

    shapes: list[Shape] = [axes.title(what), *_legend([one for one, _ in found])]
    for tick, label in zip(ticks, texts, strict=True):
        y = place(0, tick)[1]
        shapes += [Line([(left, y), (right, y)], "line"), note(left - 8, y, label, "end")]
    for tick in nice_ticks(0, last, count=5):
        if tick <= last:
            at = place(tick, ticks[0])[0]
            shapes += [Line([(at, bottom), (at, bottom + 4)], "muted")]
            shapes += [note(at, bottom + 13, count(tick), "middle")]
    shapes += [Line([(left, bottom), (right, bottom)], "muted")]
    shapes += [note((left + right) / 2, bottom + 31, "step (batches seen)", "middle")]
    ends = []
    for one, points in found:
        means = thinned([(step, fmean(of_step)) for step, of_step in points])
        if len(one.runs) > 1:
            shapes += _band(one.colour, points, place)
        line = [place(*point) for point in means]
        shapes += [Line(line, one.colour, 2, dashed=one.dashed), Dot(*line[-1], 3, one.colour)]
        ends.append((line[-1], one))
    lowest = float("inf")
    for (x, y), one in sorted(ends, key=lambda end: -end[0][1]):
        lowest = min(y, lowest - 13)
        shapes.append(Text(x + 8, lowest, one.name, one.colour, 12))
    label = "; ".join(f"{one.name} ends at {fmean(points[-1][1]):.4g}" for one, points in found)
    return Scene(WIDTH, bottom + 42, f"{what} over steps. {label}", shapes)


def _band(
    colour: Colour,
    points: Sequence[tuple[float, Sequence[float]]],
    place: Callable[[float, float], Point],
) -> Iterator[Shape]:
    """Of stripes, which both kinds of picture can draw; between two steps the ends are straight lines."""
    steps = [step for step, _ in points]
    width = (steps[-1] - steps[0]) / _BANDS
    for number in range(_BANDS if width > 0 else 0):
        start = steps[0] + number * width
        at = min(bisect_right(steps, start + width / 2), len(steps) - 1)
        (before, one), (after, other) = points[at - 1], points[at]
        part = (start + width / 2 - before) / (after - before)
        high, low = (end(one) + part * (end(other) - end(one)) for end in (max, min))
        (x, top), (right, bottom) = place(start, high), place(start + width, low)
        yield Rect(x, top, right - x, max(0.5, bottom - top), colour, 0.18)


def _legend(curves: Sequence[Curves]) -> Iterator[Shape]:
    x = 0.0
    for one in curves:
        yield Line([(x, 30), (x + 16, 30)], one.colour, 2, dashed=one.dashed)
        yield note(x + 22, 30, one.name)
        x += note_width(one.name) + 42
