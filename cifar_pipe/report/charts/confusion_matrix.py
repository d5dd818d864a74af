"""The confusion matrix."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cifar_pipe.report.charts.axes import SMALL, WIDTH, note, note_width, round_numbers
from cifar_pipe.report.drawing import scene
from cifar_pipe.report.drawing.scene import Colour, Line, Point, Rect, Scene, Shape, Text, Tiles
from cifar_pipe.report.formatting import count, percent

SMALLEST = 10.0
# Above so many classes a cell has no room for a name or a count.
MOST_NAMED = 24
# From this opacity on, light text reads better on a cell than dark text.
DARK_CELL = 0.66


@dataclass(frozen=True)
class _Grid:
    """`cell` is the side of a cell; rows are true classes, columns predicted ones."""

    left: float
    top: float
    cell: float
    counts: Sequence[Sequence[int]]

    def cells(self) -> Iterator[tuple[int, int, float, Colour, Point]]:
        """(row, column, share of its row, colour, left upper corner) of each cell with images."""
        for i, row in enumerate(self.counts):
            total = sum(row)
            for j, amount in enumerate(row):
                if amount:
                    colour: Colour = "accent" if i == j else "second"
                    corner = self.left + j * self.cell, self.top + i * self.cell
                    yield i, j, amount / total, colour, corner


def confusion_matrix(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Scene:
    """Rows are true classes, columns predicted ones. A cell's shade is its share of its row: right
    answers in one colour, mistakes in another. With counts and names where there is room.
    """
    assert len(counts) == len(classes), (len(counts), len(classes))
    size = len(classes)
    named = size <= MOST_NAMED
    names = [scene.shortened(name, 76) for name in classes]
    margin = max(map(scene.text_width, names)) if named else note_width(str(size))
    cell = (WIDTH - margin - 24) / size
    turned = named and max(scene.text_width(name, size=SMALLEST) for name in names) > cell
    # The names above, turned by 45 degrees, reach to the right of the last column.
    overhang = margin * 0.72 - cell / 2 if turned else 0.0
    if overhang > 0:
        cell = (WIDTH - margin - 24 - overhang) / size
    left, top = margin + 24, 26 + (margin * 0.72 + 10 if turned else 20)
    side = cell * size
    grid = _Grid(left, top, cell, counts)
    shapes: list[Shape] = [
        note(left, 10, "predicted class"),
        note(9, top + side / 2, "true class", "middle", 90),
    ]
    if named:
        shapes += [*_names(grid, names, turned=turned), *_cells(grid, classes)]
    else:
        shapes += [*_shades(grid), *_numbers(grid)]
    corners = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
    shapes.append(Line([*corners, corners[0]], "line"))
    right = sum(row[index] for index, row in enumerate(counts))
    total = sum(map(sum, counts))
    label = f"Confusion matrix of {size} classes: {count(right)} of {count(total)} right"
    return Scene(WIDTH, top + side + 4, label, shapes)


def _names(grid: _Grid, names: Sequence[str], *, turned: bool) -> Iterator[Shape]:
    for index, name in enumerate(names):
        middle = (index + 0.5) * grid.cell
        yield Text(grid.left - 8, grid.top + middle, name, "ink", anchor="end")
        if turned:
            yield Text(grid.left + middle, grid.top - 9, name, "ink", angle=45)
        else:
            yield Text(grid.left + middle, grid.top - 11, name, "ink", SMALLEST, "middle")


def _numbers(grid: _Grid) -> Iterator[Shape]:
    """For many classes: their numbers, from 0, at a few of the rows and columns."""
    step = next(n for n in round_numbers() if n * grid.cell >= 30)
    for index in range(0, len(grid.counts), step):
        middle = (index + 0.5) * grid.cell
        yield note(grid.left - 6, grid.top + middle, f"{index}", "end")
        yield note(grid.left + middle, grid.top - 9, f"{index}", "middle")


def _opacity(share: float) -> float:
    # A mistake of some percent is what the matrix is looked at for: it must be visible.
    return 0.06 + 0.94 * float(share**0.7)


def _cells(grid: _Grid, classes: Sequence[str]) -> Iterator[Shape]:
    cell = grid.cell
    widest = max(note_width(count(max(row))) for row in grid.counts)
    size = min(12.0, SMALL * (cell - 4) / widest)
    for i, j, share, colour, (x, y) in grid.cells():
        opacity, amount = _opacity(share), count(grid.counts[i][j])
        what = "right" if i == j else f"taken for {classes[j]}"
        tip = f"{classes[i]} {what}: {amount} ({percent(share)})"
        yield Rect(x + 0.5, y + 0.5, cell - 1, cell - 1, colour, opacity, tip)
        if size >= 7.5:
            on: Colour = "on-accent" if colour == "accent" else "on-second"
            ink: Colour = "ink" if opacity < DARK_CELL else on
            yield Text(x + cell / 2, y + cell / 2, amount, ink, size, "middle")


def _shades(grid: _Grid) -> Iterator[Shape]:
    """The cells in ten shades of each colour: one shape per shade keeps the page small."""
    corners: dict[tuple[Colour, float], list[Point]] = defaultdict(list)
    for _, _, share, colour, corner in grid.cells():
        corners[colour, math.ceil(_opacity(share) * 10) / 10].append(corner)
    for (colour, shade), tiles in sorted(corners.items()):
        yield Tiles(tiles, grid.cell, grid.cell, colour, shade)
