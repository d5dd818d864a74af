"""At which steps of a training its loss is recorded, and what its points say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

# As many are recorded each time the training has become twice as long.
_PER_DOUBLING = 25


def is_point(step: int) -> bool:
    """Whether the loss is recorded after so many steps of the whole training (1-based).

    After each of the first 49, after every second up to 99, and so on: N steps have all N or at least
    50 points and about 25 log2(N / 12), whatever N is to be, so a longer training has those of a
    shorter one.
    """
    return not step % (1 << max(0, (step // _PER_DOUBLING).bit_length() - 1))


def spans(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    """The rows that have a loss, each with how many steps its loss is the mean of: those since the
    row before it. One that does not say its step counts as one step.
    """
    found, before = [], 0
    for row in rows:
        if "loss" in row:
            step = row.get("step", before + 1)
            found.append((row, max(1, step - before)))
            before = step
    return found


def mean_loss(points: Sequence[tuple[Mapping[str, Any], int]]) -> float:
    """Of all steps of at least one point."""
    total = sum(row["loss"] * steps for row, steps in points)
    return float(total / sum(steps for _, steps in points))


def ends(rows: Iterable[Mapping[str, Any]]) -> tuple[float, float] | None:
    """The mean loss of about the first and the last tenth of the steps; None for a single point."""
    points = spans(rows)
    if len(points) < 2:
        return None
    done = list(accumulate(steps for _, steps in points))
    tenth = done[-1] / 10
    first = sum(step <= tenth for step in done) or 1
    rest = sum(step > done[-1] - tenth for step in done)
    return mean_loss(points[:first]), mean_loss(points[-rest:])
