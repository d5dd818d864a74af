"""What is known of each class: how often it is found, and what it is taken for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cifar_pipe.report.formatting import count, percent
from cifar_pipe.report.language import _
from cifar_pipe.training.evaluation.intervals import interval

# From so many classes on, a field finds one by its name.
SEARCHED_ABOVE = 12


@dataclass(frozen=True)
class Cell:
    """A text, and the number that its column is sorted by: None where it is not known."""

    text: str
    order: float | None = None


@dataclass(frozen=True)
class Column:
    """`cells` has one for each class; of `words`, the texts themselves are sorted."""

    head: str
    cells: Sequence[Cell]
    words: bool = False


@dataclass(frozen=True)
class ClassTable:
    classes: Sequence[str]
    columns: Sequence[Column]

    @property
    def is_searched(self) -> bool:
        return len(self.classes) > SEARCHED_ABOVE

    @property
    def rows(self) -> Iterator[tuple[str, list[Cell]]]:
        for index, name in enumerate(self.classes):
            yield name, [column.cells[index] for column in self.columns]


def counted(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> list[Column]:
    """The columns that follow from the confusion matrix: rows are true classes."""
    images = [sum(row) for row in counts]
    taken = [sum(column) for column in zip(*counts, strict=True)]
    right = [row[index] for index, row in enumerate(counts)]
    both = [a + b for a, b in zip(images, taken, strict=True)]
    return [
        Column(_("images"), [Cell(count(one), one) for one in images]),
        Column(_("recall"), _shares(right, images)),
        Column(_("95 % interval"), [_between(*pair) for pair in zip(right, images, strict=True)]),
        Column(_("precision"), _shares(right, taken)),
        Column(_("F1"), _shares([2 * one for one in right], both)),
        Column(_("usually taken for"), list(_taken_for(classes, counts)), words=True),
    ]


def _shares(parts: Sequence[int], wholes: Sequence[int]) -> list[Cell]:
    return [
        Cell(percent(part / whole), part / whole) if whole else Cell("–")
        for part, whole in zip(parts, wholes, strict=True)
    ]


def _between(right: int, images: int) -> Cell:
    """Sorted by its lower end."""
    if not images:
        return Cell("–")
    low, high = interval(right / images, images)
    return Cell(_("{low} to {high}", low=percent(low), high=percent(high)), low)


def _taken_for(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Iterator[Cell]:
    """The most frequent wrong answer, and for what share of the class's images it is given."""
    for index, row in enumerate(counts):
        others = [one for one in range(len(row)) if one != index]
        most = max(others, key=row.__getitem__, default=None)
        if most is None or not row[most]:
            yield Cell("–")
        else:
            yield Cell(
                _("{label}, {share}", label=classes[most], share=percent(row[most] / sum(row)))
            )
