"""The charts of a run: curves over steps, bars per class, the confusion matrix.

Each returns a Scene 400 units wide: readable at its own size and in a column of 360 pixels.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cifar_pipe.report.drawing import (
    Colour,
    Dot,
    Line,
    Point,
    Rect,
    Scene,
    Shape,
    Text,
    Tiles,
    shortened,
    text_width,
)
from cifar_pipe.report.ticks import nice_ticks, tick_texts
from cifar_pipe.report.words import count, number, percent

WIDTH = 400.0
SMALL = 11.0
SMALLEST = 10.0
LEGEND_ROW = 18.0
MOST_POINTS = 400
MOST_BARS = 24
# Above so many classes a cell of the matrix has no room for a name or a count.
MOST_NAMED = 24
# From this opacity on, light text reads better on a cell than dark text.
DARK_CELL = 0.66


@dataclass(frozen=True)
class Series:
    """`points` are (step, value), by step. `dots`: few points, each is marked."""

    name: str
    points: Sequence[Point]
    colour: Colour = "accent"
    dots: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class _Frame:
    """The plotting area in the scene, and the values at its edges."""

    left: float
    right: float
    top: float
    bottom: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


# Curves


def curves(
    series: Sequence[Series],
    *,
    what: str,
    epochs: Sequence[float] = (),
    shares: bool = False,
    height: float = 250.0,
) -> Scene:
    """Values over steps. `what` names the vertical axis; `epochs` are the steps at which epochs
    end; with `shares` the values are fractions, written in percent.

    Each series has at least one point.
    """
    lines = [(one, thinned(one.points)) for one in series]
    values = [y for _, points in lines for _, y in points]
    y_ticks = nice_ticks(min(values), max(values))
    if shares:
        y_ticks = [tick for tick in y_ticks if -1e-9 <= tick <= 1 + 1e-9]
    y_texts = tick_texts(y_ticks, percent=shares)
    last = max(*(x for _, points in lines for x, _ in points), *epochs, 1.0)
    legend, rows = _legend(what, series)
    frame = _Frame(
        left=max(map(_small_width, y_texts)) + 10,
        right=WIDTH - max(_small_width(_value(points[-1][1], shares)) for _, points in lines) - 12,
        top=(46 if epochs else 30) + rows * LEGEND_ROW,
        bottom=height - 42,
        x_range=(0, last),
        y_range=(y_ticks[0], y_ticks[-1]),
    )
    shapes = [
        *_y_axis(frame, y_ticks, y_texts),
        *_x_axis(frame, last),
        *_epoch_marks(frame, epochs),
        *legend,
    ]
    for one, points in lines:
        shapes += _curve(frame, one, points, shares)
    shapes += _end_values(frame, lines, shares)
    label = "; ".join(_in_words(one, shares) for one in series)
    return Scene(WIDTH, height, f"{what} over steps. {label}", shapes)


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


def _column_width(name: str) -> float:
    return text_width(name, size=SMALLEST)


def _value(value: float, shares: bool) -> str:  # noqa: FBT001
    return percent(value) if shares else number(float(f"{value:.3g}"))


def _small_width(text: str) -> float:
    return text_width(text, size=SMALL)


def _in_words(series: Series, shares: bool) -> str:  # noqa: FBT001
    (x0, y0), (x1, y1) = series.points[0], series.points[-1]
    start = f"{_value(y0, shares)} at step {count(x0)}"
    if len(series.points) == 1:
        return f"{series.name}: {start}"
    return f"{series.name}: from {start} to {_value(y1, shares)} at step {count(x1)}"


def _y_axis(frame: _Frame, ticks: Sequence[float], texts: Sequence[str]) -> Iterator[Shape]:
    for tick, text in zip(ticks, texts, strict=True):
        y = frame.y(tick)
        yield Line([(frame.left, y), (frame.right, y)], "line")
        yield Text(frame.left - 8, y, text, "muted", SMALL, "end")


def _x_axis(frame: _Frame, last: float) -> Iterator[Shape]:
    ticks = [tick for tick in nice_ticks(0, last, count=6) if tick <= last and tick == int(tick)]
    texts = tick_texts(ticks) if len(ticks) > 1 else ["0"]
    for tick, text in zip(ticks, texts, strict=False):
        yield Line([(frame.x(tick), frame.bottom), (frame.x(tick), frame.bottom + 4)], "muted")
        yield Text(frame.x(tick), frame.bottom + 13, text, "muted", SMALL, "middle")
    yield Line([(frame.left, frame.bottom), (frame.right, frame.bottom)], "muted")
    middle = (frame.left + frame.right) / 2
    yield Text(middle, frame.bottom + 31, "step (batches seen)", "muted", SMALL, "middle")


def _epoch_marks(frame: _Frame, epochs: Sequence[float]) -> Iterator[Shape]:
    """A line at each epoch's end, and its number in the middle of it; not all if they are many."""
    if not epochs:
        return
    widest = _small_width(f"epoch {len(epochs)}") + 10
    named = widest <= (frame.right - frame.left) / len(epochs)
    room = widest if named else _small_width(f"{len(epochs)}") + 10
    every = math.ceil(room * len(epochs) / (frame.right - frame.left))
    every = next(n for n in _round_numbers() if n >= every)
    previous = 0.0
    y = frame.top - 9
    if not named:
        yield Text(frame.left, y, "epoch", "muted", SMALL)
    for epoch, end in enumerate(epochs, 1):
        if end < epochs[-1] and every == 1:
            x = frame.x(end)
            yield Line([(x, frame.top - 14), (x, frame.bottom)], "line", dashed=True)
        middle = frame.x((previous + end) / 2)
        previous = end
        clear = named or middle > frame.left + _small_width("epoch") + room / 2
        if epoch % every == 0 and clear:
            text = f"epoch {epoch}" if named else f"{epoch}"
            yield Text(middle, y, text, "muted", SMALL, "middle")


def _round_numbers() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _legend(what: str, series: Sequence[Series]) -> tuple[list[Shape], int]:
    """The title and what each curve is; how many rows it takes below the title's own."""
    title = Text(0, 10, what, "ink", 13)
    if len(series) == 1:
        return [title], 0
    widths = [_small_width(one.name) + 38 for one in series]
    x = WIDTH + 16 - sum(widths)
    if x > text_width(what, size=13) + 16:
        return [title, *_keys(series, widths, (x, 10))], 0
    rows, used = [[0]], widths[0]
    for index in range(1, len(series)):
        used += widths[index]
        if used > WIDTH + 16:
            rows.append([])
            used = widths[index]
        rows[-1].append(index)
    shapes: list[Shape] = [title]
    for number_, row in enumerate(rows, 1):
        found, wide = [series[i] for i in row], [widths[i] for i in row]
        shapes += _keys(found, wide, (22, 10 + number_ * LEGEND_ROW))
    return shapes, len(rows)


def _keys(series: Sequence[Series], widths: Sequence[float], corner: Point) -> Iterator[Shape]:
    x, y = corner
    for one, width in zip(series, widths, strict=True):
        yield Line([(x - 22, y), (x - 6, y)], one.colour, 2, dashed=one.dashed)
        if one.dots:
            yield Dot(x - 14, y, 3.5, one.colour)
        yield Text(x, y, one.name, "muted", SMALL)
        x += width


def _curve(
    frame: _Frame,
    series: Series,
    points: Sequence[Point],
    shares: bool,  # noqa: FBT001
) -> Iterator[Shape]:
    places = [(frame.x(x), frame.y(y)) for x, y in points]
    if len(places) > 1:
        width = 2 if len(places) < 150 else 1.25
        yield Line(places, series.colour, width, dashed=series.dashed)
    if len(places) > 60 and not series.dots:
        return
    radius = 3.5 if series.dots else 2.5
    for (x, y), (step, value) in zip(places, points, strict=True):
        title = f"{series.name} {_value(value, shares)} at step {count(step)}"
        yield Dot(x, y, radius, series.colour, title)


def _end_values(
    frame: _Frame,
    lines: Sequence[tuple[Series, Sequence[Point]]],
    shares: bool,  # noqa: FBT001
) -> Iterator[Shape]:
    """Each curve's last value, right of the frame; two that would touch are pushed apart."""
    ends = sorted((frame.y(points[-1][1]), one.colour, points[-1][1]) for one, points in lines)
    # From below upwards, so that none is pushed into the axis.
    highest = math.inf
    for y, colour, value in reversed(ends):
        highest = min(y, highest - 14)
        yield Text(frame.right + 8, highest, _value(value, shares), colour, SMALL)


# Bars


def bars(
    shares: Mapping[str, float], *, overall: float | None = None, what: str = "accuracy"
) -> Scene:
    """One bar per class, in the order given, its share in percent at its end; `overall` is a line
    across. Of more than 24 classes the highest and the lowest are shown.
    """
    rows, left_out = _ends_of(shares)
    names = {name: shortened(name, 136) for name, _ in rows}
    left = max(map(text_width, names.values())) + 10
    right = WIDTH - text_width("100.0 %") - 8
    top, pitch, thickness = 34.0, *((30.0, 18.0) if len(rows) <= 12 else (23.0, 14.0))
    height = top + pitch * (len(rows) + bool(left_out)) + 6
    reach = right - left
    shapes: list[Shape] = [Text(0, 10, what, "ink", 13)]
    y = top
    for index, (name, share) in enumerate(rows):
        if left_out and index == len(rows) // 2:
            shapes.append(Text(left, y + pitch / 2, f"… {left_out} classes between …", "muted"))
            y += pitch
        middle = y + pitch / 2
        title = f"{name}: {percent(share)}"
        place = left, middle - thickness / 2
        shapes += [
            Rect(*place, reach, thickness, "line", 0.6),
            Rect(*place, reach * share, thickness, "accent", title=title),
            Text(left - 8, middle, names[name], "ink", anchor="end"),
            Text(left + reach + 8, middle, percent(share), "ink"),
        ]
        y += pitch
    if overall is not None:
        shapes += _overall(left + reach * overall, overall, (top, y))
    return Scene(WIDTH, height, _bars_in_words(shares, overall, what), shapes)


def _ends_of(shares: Mapping[str, float]) -> tuple[list[tuple[str, float]], int]:
    rows = list(shares.items())
    if len(rows) <= MOST_BARS:
        return rows, 0
    rows.sort(key=lambda row: -row[1])
    half = MOST_BARS // 2
    return rows[:half] + rows[-half:], len(rows) - 2 * half


def _overall(x: float, overall: float, span: tuple[float, float]) -> Iterator[Shape]:
    text = f"all {percent(overall)}"
    at = min(max(x, 100 + text_width(text) / 2), WIDTH - text_width(text) / 2)
    yield Line([(x, span[0] - 4), (x, span[1])], "second", 1.5, dashed=True)
    yield Text(at, span[0] - 13, text, "second", anchor="middle")


def _bars_in_words(shares: Mapping[str, float], overall: float | None, what: str) -> str:
    parts = [f"{name} {percent(share)}" for name, share in _ends_of(shares)[0]]
    whole = f", {percent(overall)} over all" if overall is not None else ""
    return f"{what}{whole}: {', '.join(parts)}"


# Confusion matrix


def matrix(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Scene:
    """Rows are true classes, columns predicted ones. A cell's shade is its share of its row: right
    answers in one colour, mistakes in another. Counts and names stand there while they fit.
    """
    assert len(counts) == len(classes), (len(counts), len(classes))
    named = len(classes) <= MOST_NAMED
    names = [shortened(name, 76) for name in classes]
    margin = max(map(text_width, names)) if named else _small_width(str(len(classes)))
    cell = (WIDTH - margin - 24) / len(classes)
    turned = named and max(map(_column_width, names)) > cell
    # The names above, turned by 45 degrees, reach to the right of the last column.
    overhang = margin * 0.72 - cell / 2 if turned else 0.0
    if overhang > 0:
        cell = (WIDTH - margin - 24 - overhang) / (len(classes))
    left = margin + 24
    top = 26 + (margin * 0.72 + 10 if turned else 20)
    side = cell * len(classes)
    shapes: list[Shape] = [
        Text(left, 10, "predicted class", "muted", SMALL),
        Text(9, top + side / 2, "true class", "muted", SMALL, "middle", 90),
        *_matrix_names(names if named else [], (left, top), cell, turned=turned),
    ]
    if named:
        shapes += _cells(counts, classes, (left, top), cell)
    else:
        shapes += _shades(counts, (left, top), cell)
        shapes += _matrix_numbers(len(classes), (left, top), cell)
    corners = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
    shapes.append(Line([*corners, corners[0]], "line"))
    right = sum(row[index] for index, row in enumerate(counts))
    total = sum(map(sum, counts))
    label = f"Confusion matrix of {len(classes)} classes: {count(right)} of {count(total)} right"
    return Scene(WIDTH, top + side + 4, label, shapes)


def _matrix_names(
    names: Sequence[str], corner: Point, cell: float, *, turned: bool
) -> Iterator[Shape]:
    left, top = corner
    for index, name in enumerate(names):
        middle = (index + 0.5) * cell
        yield Text(left - 8, top + middle, name, "ink", anchor="end")
        if turned:
            yield Text(left + middle, top - 9, name, "ink", angle=45)
        else:
            yield Text(left + middle, top - 11, name, "ink", SMALLEST, "middle")


def _matrix_numbers(size: int, corner: Point, cell: float) -> Iterator[Shape]:
    """For many classes: their numbers, from 0, at a few of the rows and columns."""
    left, top = corner
    step = next(n for n in _round_numbers() if n * cell >= 30)
    for index in range(0, size, step):
        middle = (index + 0.5) * cell
        yield Text(left - 6, top + middle, f"{index}", "muted", SMALL, "end")
        yield Text(left + middle, top - 9, f"{index}", "muted", SMALL, "middle")


def _opacity(share: float) -> float:
    # A mistake of some percent is what the matrix is looked at for: it must be seen.
    return 0.06 + 0.94 * share**0.7 if share > 0 else 0.0


def _cells(
    counts: Sequence[Sequence[int]], classes: Sequence[str], corner: Point, cell: float
) -> Iterator[Shape]:
    left, top = corner
    widest = max(_small_width(count(max(row))) for row in counts)
    size = min(12.0, SMALL * (cell - 4) / widest)
    for i, row in enumerate(counts):
        total = sum(row)
        for j, amount in enumerate(row):
            if not amount:
                continue
            x, y = left + j * cell, top + i * cell
            opacity = _opacity(amount / total)
            what = "right" if i == j else f"taken for {classes[j]}"
            title = f"{classes[i]} {what}: {count(amount)} ({percent(amount / total)})"
            colour: Colour = "accent" if i == j else "second"
            yield Rect(x + 0.5, y + 0.5, cell - 1, cell - 1, colour, opacity, title)
            if size >= 7.5:
                ink = "ink" if opacity < DARK_CELL else _on(colour)
                yield Text(x + cell / 2, y + cell / 2, count(amount), ink, size, "middle")


def _on(colour: Colour) -> Colour:
    return "on-accent" if colour == "accent" else "on-second"


def _shades(counts: Sequence[Sequence[int]], corner: Point, cell: float) -> Iterator[Shape]:
    """The cells in ten shades of each colour: one shape per shade keeps the page small."""
    left, top = corner
    places: dict[tuple[Colour, float], list[Point]] = defaultdict(list)
    for i, row in enumerate(counts):
        total = sum(row)
        for j, amount in enumerate(row):
            if amount:
                shade = math.ceil(_opacity(amount / total) * 10) / 10
                key: tuple[Colour, float] = ("accent" if i == j else "second", shade)
                places[key].append((left + j * cell, top + i * cell))
    for (colour, shade), found in sorted(places.items()):
        yield Tiles(found, cell, cell, colour, shade)
