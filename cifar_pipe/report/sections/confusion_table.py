"""The confusion matrix as a table whose cells lead to the images that they count."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cifar_pipe.report.analysis.class_order import by_similarity
from cifar_pipe.report.formatting import count, percent, plural
from cifar_pipe.report.sections.mistakes import Shown

Counts = Sequence[Sequence[int]]

# Above so many classes a table is too large to read: the most confused ones stand for it.
MOST = 30
OF_MANY = 20
# A cell's shade, 1 to 8, says between which of these shares of its row it is.
_EDGES = (0.01, 0.03, 0.08, 0.15, 0.3, 0.5, 0.75)


@dataclass(frozen=True)
class Count:
    """`shade` is 0 for none, else 1 to 8; `panel` is the id of its images, empty where there are none."""

    amount: str
    share: str
    shade: int
    is_right: bool
    title: str
    panel: str


@dataclass(frozen=True)
class Panel:
    id: str
    title: str
    images: Sequence[Shown]


@dataclass(frozen=True)
class ConfusionTable:
    """Rows are true classes, columns predicted ones, those that are confused with each other side by
    side; `declared` has the place of each in the order of the pipeline. `others` says of each row, where classes are left
    out, how many of its images were taken for one of them; `left_out` says it of the table.
    """

    classes: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Count]]]
    others: Sequence[str]
    left_out: str
    panels: Sequence[Panel]
    declared: Sequence[int]

    @property
    def legend(self) -> Iterator[tuple[int, str]]:
        """Each shade with its shares in words."""
        ends = [f"{edge:.0%}".replace("%", "\u00a0%") for edge in _EDGES]
        yield 1, f"under {ends[0]}"
        for shade, (low, high) in enumerate(pairwise(ends), 2):
            yield shade, f"{low.split()[0]} to {high}"
        yield len(_EDGES) + 1, f"{ends[-1]} and more"


def confusion_table(
    name: str,
    classes: Sequence[str],
    counts: Counts,
    images: Mapping[tuple[str, str], Sequence[Shown]],
) -> ConfusionTable:
    """`name` begins the ids of the panels; `images` are those that were kept, by (true, predicted)."""
    places = most_confused(counts) if len(classes) > MOST else list(range(len(classes)))
    among = by_similarity([[counts[i][j] for j in places] for i in places])
    places = [places[at] for at in among]
    rows, panels = [], []
    for i in places:
        cells = []
        for j in places:
            shown = images.get((classes[i], classes[j]), ())
            cell = _cell(f"{name}-{i}-{j}" if shown else "", classes, counts[i], i, j)
            cells.append(cell)
            if shown:
                panels.append(Panel(cell.panel, cell.title, shown))
        rows.append((classes[i], cells))
    others = [count(sum(counts[i]) - sum(counts[i][j] for j in places)) for i in places]
    whole = len(places) == len(classes)
    return ConfusionTable(
        [classes[i] for i in places],
        rows,
        [] if whole else others,
        "" if whole else _left_out(counts, places),
        panels,
        [sorted(places).index(place) for place in places],
    )


def most_confused(counts: Counts, most: int = OF_MANY) -> list[int]:
    """The classes of the most frequent mistakes."""
    pairs = [
        (amount, i, j)
        for i, row in enumerate(counts)
        for j, amount in enumerate(row)
        if i != j and amount
    ]
    pairs.sort(key=lambda pair: -pair[0])
    found = dict.fromkeys(place for _, i, j in pairs for place in (i, j))
    return list(dict.fromkeys([*found, *range(len(counts))]))[:most]


def _cell(panel: str, classes: Sequence[str], row: Sequence[int], i: int, j: int) -> Count:
    amount, share = row[j], row[j] / max(1, sum(row))
    what = f"{classes[i]} taken for {classes[j]}" if i != j else f"{classes[i]}, right"
    title = f"{what}: {plural(amount, 'image')}, {percent(share)} of its images"
    shade = 1 + bisect(_EDGES, share) if amount else 0
    return Count(count(amount), percent(share), shade, i == j, title, panel)


def _left_out(counts: Counts, places: Sequence[int]) -> str:
    mistakes = sum(map(sum, counts)) - sum(row[i] for i, row in enumerate(counts))
    shown = sum(counts[i][j] for i in places for j in places if i != j)
    return (
        f"The {len(places)} classes that are confused most, of {len(counts)}: {count(shown)} of"
        f" {plural(mistakes, 'mistake')} are between them. {len(counts) - len(places)} classes are"
        " left out here; the picture below and confusion_matrix.csv have all of them."
    )
