"""How the confusion matrices of two variants differ, and what changed most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cifar_pipe.comparison.runs import Comparison, Variant
from cifar_pipe.report.language import _

# Above so many classes only what changed most is shown.
MOST = 24
_MOST_CHANGED = 10


@dataclass(frozen=True)
class Cell:
    """`change` is the mean count of the variant less that of the base; `strength` is from 0 to 1."""

    change: float
    is_better: bool
    strength: float

    @property
    def text(self) -> str:
        amount = round(self.change)
        return "0" if amount == 0 else f"{'+' if amount > 0 else '−'}{abs(amount)}"


@dataclass(frozen=True)
class MatrixChange:
    """`rows` are true classes, their cells the predicted ones; empty above 24 classes."""

    label: str
    classes: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    most: Sequence[str]


def matrix_changes(comparison: Comparison) -> list[MatrixChange]:
    """Of each variant from the base, where both have matrices of the same classes."""
    base = _mean(comparison.base, comparison.stage)
    others = ((one, _mean(one, comparison.stage)) for one in comparison.variants[1:])
    return [
        _change(one.label, base[0], base[1], found[1])
        for one, found in others
        if base and found and base[0] == found[0]
    ]


def _change(
    label: str,
    classes: Sequence[str],
    before: Sequence[Sequence[float]],
    after: Sequence[Sequence[float]],
) -> MatrixChange:
    every = range(len(classes))
    changes = [[after[i][j] - before[i][j] for j in every] for i in every]
    largest = max((abs(one) for row in changes for one in row), default=0) or 1.0
    cells = [
        [
            Cell(change, (change > 0) == (i == j), abs(change) / largest)
            for j, change in enumerate(row)
        ]
        for i, row in enumerate(changes)
    ]
    flat = sorted(
        ((cells[i][j], i, j) for i in every for j in every), key=lambda one: -one[0].strength
    )
    most = [
        _("{label} right: {times}", label=classes[i], times=cell.text)
        if i == j
        else _(
            "{label} taken for {predicted}: {times}",
            label=classes[i],
            predicted=classes[j],
            times=cell.text,
        )
        for cell, i, j in flat[:_MOST_CHANGED]
        if round(cell.change)
    ]
    return MatrixChange(label, classes, cells if len(classes) <= MOST else [], most)


def _mean(variant: Variant, stage: str) -> tuple[Sequence[str], Sequence[Sequence[float]]] | None:
    """Over its runs."""
    tables = []
    for run in variant.runs:
        folder = next((one for one in run.folder.stages if one.id == stage), None)
        classes, counts = folder.table("confusion_matrix.csv") if folder else ((), [])
        if not counts:
            return None
        tables.append((classes, counts))
    classes = tables[0][0]
    if any(one != classes for one, _ in tables):
        return None
    every = range(len(classes))
    sums = [[sum(counts[i][j] for _, counts in tables) / len(tables) for j in every] for i in every]
    return classes, sums
