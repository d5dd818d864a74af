"""Curves over the steps of a training."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from cifar_pipe.report.charts import axes
from cifar_pipe.report.charts.axes import SMALL, WIDTH, nice_ticks, note, note_width, tick_texts
from cifar_pipe.report.drawing.scene import Colour, Dot, Line, Point, Scene, Shape, Text, text_width
from cifar_pipe.report.formatting import count, number, percent

LEGEND_ROW = 18.0
MOST_POINTS = 400


@dataclass(frozen=True)
class Series:
    """`points` are (step, value), by step. `dots`: few points, each is marked. `stairs`: a value holds
    from the step before until its own.
    """

    name: str
    points: Sequence[Point]
    colour: Colour = "accent"
    dots: bool = False
    dashed: bool = False
    stairs: bool = False


@dataclass(frozen=True)
class _Frame:
    """The plotting area in the scene, and the values at its edges; `text` writes a value."""

    left: float
    right: float
    top: float
    bottom: float
    last: float
    y_range: tuple[float, float]
    text: Callable[[float], str]

    def x(self, value: float) -> float:
        return self.left + value / self.last * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def curves(
    series: Sequence[Series],
    *,
    what: str,
    epochs: Sequence[float] = (),
    shares: bool = False,
    best: tuple[str, float] | None = None,
    height: float = 250.0,
) -> Scene:
    """Values over steps. `what` names the vertical axis; `epochs` are the steps at which epochs
    end; with `shares` the values are fractions, written in percent. `best` is a step that is marked,
    and what it is.

    Each series has at least one point.
    """
    text = percent if shares else _number
    series = [replace(one, points=thinned(one.points)) for one in series]
    values = [y for one in series for _, y in one.points]
    y_ticks = nice_ticks(min(values), max(values))
    if shares:
        y_ticks = [tick for tick in y_ticks if -1e-9 <= tick <= 1 + 1e-9]
    y_texts = tick_texts(y_ticks, percent=shares)
    legend, rows = _legend(what, series)
    frame = _Frame(
        left=max(map(note_width, y_texts)) + 10,
        right=WIDTH - max(note_width(text(one.points[-1][1])) for one in series) - 12,
        top=(46 if epochs else 30) + rows * LEGEND_ROW,
        bottom=height - 42,
        last=max(*(x for one in series for x, _ in one.points), *epochs, 1.0),
        y_range=(y_ticks[0], y_ticks[-1]),
        text=text,
    )
    shapes = [*_axes(frame, y_ticks, y_texts), *_epoch_marks(frame, epochs), *legend]
    if best is not None:
        shapes += _mark(frame, *best)
    for one in series:
        shapes += _curve(frame, one)
    shapes += _end_values(frame, series)
    label = "; ".join(_in_words(one, text) for one in series)
    marked = f"; {best[0]} at step {count(best[1])}" if best is not None else ""
    return Scene(WIDTH, height, f"{what} over steps. {label}{marked}", shapes)


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most about 400 of `points`: of each stretch the lowest and the highest, so that no peak
    is lost and none is made up.
    """
    if len(points) <= MOST_POINTS:
        return list(points)
    size = math.ceil(2 * len(points) / (MOST_POINTS - 2))
    kept = {points[0], points[-1]}
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        kept |= {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
    return sorted(kept)


def _number(value: float) -> str:
    return number(float(f"{value:.3g}"))


def _in_words(series: Series, text: Callable[[float], str]) -> str:
    (x0, y0), (x1, y1) = series.points[0], series.points[-1]
    start = f"{text(y0)} at step {count(x0)}"
    if len(series.points) == 1:
        return f"{series.name}: {start}"
    return f"{series.name}: from {start} to {text(y1)} at step {count(x1)}"


def _axes(frame: _Frame, y_ticks: Sequence[float], y_texts: Sequence[str]) -> Iterator[Shape]:
    left, right, bottom, last = frame.left, frame.right, frame.bottom, frame.last
    for tick, text in zip(y_ticks, y_texts, strict=True):
        y = frame.y(tick)
        yield Line([(left, y), (right, y)], "line")
        yield note(left - 8, y, text, "end")
    ticks = [tick for tick in nice_ticks(0, last, count=6) if tick <= last and tick == int(tick)]
    texts = tick_texts(ticks) if len(ticks) > 1 else ["0"]
    for tick, text in zip(ticks, texts, strict=False):
        x = frame.x(tick)
        yield Line([(x, bottom), (x, bottom + 4)], "muted")
        yield note(x, bottom + 13, text, "middle")
    yield Line([(left, bottom), (right, bottom)], "muted")
    yield note((left + right) / 2, bottom + 31, "step (batches seen)", "middle")


def _epoch_marks(frame: _Frame, epochs: Sequence[float]) -> Iterator[Shape]:
    """A line at each epoch's end, and its number in the middle of it; not all if they are many."""
    if not epochs:
        return
    pitch, y = (frame.right - frame.left) / len(epochs), frame.top - 9
    room = note_width(f"epoch {len(epochs)}") + 10
    named = room <= pitch
    if not named:
        room = note_width(f"{len(epochs)}") + 10
        yield note(frame.left, y, "epoch")
    every = next(n for n in axes.round_numbers() if n >= room / pitch)
    for epoch, (start, end) in enumerate(pairwise([0.0, *epochs]), 1):
        if end < epochs[-1] and every == 1:
            x = frame.x(end)
            yield Line([(x, frame.top - 14), (x, frame.bottom)], "line", dashed=True)
        middle = frame.x((start + end) / 2)
        clear = named or middle > frame.left + note_width("epoch") + room / 2
        if epoch % every == 0 and clear:
            yield note(middle, y, f"epoch {epoch}" if named else f"{epoch}", "middle")


def _legend(what: str, series: Sequence[Series]) -> tuple[list[Shape], int]:
    """The title and what each curve is; how many rows it takes below the title's own."""
    shapes: list[Shape] = [axes.title(what)]
    if len(series) == 1:
        return shapes, 0
    widths = [note_width(one.name) + 38 for one in series]
    beside, row = WIDTH + 16 - sum(widths), 0
    if beside > text_width(what, size=13) + 16:
        corners = [(x, 10.0) for x in accumulate(widths[:-1], initial=beside)]
    else:
        corners, x, row = [], 22.0, 1
        for width in widths:
            if corners and x + width > WIDTH + 38:
                x, row = 22.0, row + 1
            corners.append((x, 10 + row * LEGEND_ROW))
            x += width
    for one, (x, y) in zip(series, corners, strict=True):
        shapes.append(Line([(x - 22, y), (x - 6, y)], one.colour, 2, dashed=one.dashed))
        if one.dots:
            shapes.append(Dot(x - 14, y, 3.5, one.colour))
        shapes.append(note(x, y, one.name))
    return shapes, row


def _curve(frame: _Frame, series: Series) -> Iterator[Shape]:
    places = [(frame.x(x), frame.y(y)) for x, y in series.points]
    if series.stairs:
        corners = [[(x0, y1)] for (x0, _), (_, y1) in pairwise(places)]
        places = places[:1] + [p for c, q in zip(corners, places[1:], strict=True) for p in (*c, q)]
        yield Line(places, series.colour, 2, dashed=series.dashed)
        return
    if len(places) > 1:
        width = 2 if len(places) < 150 else 1.25
        yield Line(places, series.colour, width, dashed=series.dashed)
    if len(places) > 60 and not series.dots:
        return
    radius = 3.5 if series.dots else 2.5
    for (x, y), (step, value) in zip(places, series.points, strict=True):
        tip = f"{series.name} {frame.text(value)} at step {count(step)}"
        yield Dot(x, y, radius, series.colour, tip)


def _mark(frame: _Frame, name: str, step: float) -> Iterator[Shape]:
    """A line down to the axis, its name below it, on the side that has more room."""
    x = frame.x(step)
    yield Line([(x, frame.top), (x, frame.bottom)], "muted", dashed=True)
    right = x > (frame.left + frame.right) / 2
    yield note(x + (-5 if right else 5), frame.bottom - 9, name, "end" if right else "start")


def _end_values(frame: _Frame, series: Sequence[Series]) -> Iterator[Shape]:
    """Each curve's last value, right of the frame; two that would touch are pushed apart."""
    ends = ((frame.y(one.points[-1][1]), one.colour, one.points[-1][1]) for one in series)
    # From the bottom upwards, so that none is pushed into the axis.
    highest = math.inf
    for y, colour, value in sorted(ends, reverse=True):
        highest = min(y, highest - 14)
        yield Text(frame.right + 8, highest, frame.text(value), colour, SMALL)
