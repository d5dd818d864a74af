"""Values over the steps of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cifar_pipe.report.charts.chart import Point
from cifar_pipe.report.charts.look import Look
from cifar_pipe.report.formatting import number

MOST_POINTS = 400


@dataclass(frozen=True)
class Series:
    """`points` are (step, value), by step. `marked`: the points are drawn with the look's shape, all or,
    of many, some. `stairs`: a value holds from the step before until its own. A single point is no line.
    `band` is (step, lowest, highest) of those that the points are the means of.
    """

    name: str
    points: Sequence[Point]
    look: Look = field(default_factory=lambda: Look("accent", (1, 0)))
    marked: bool = False
    stairs: bool = False
    band: Sequence[tuple[float, float, float]] = ()


@dataclass(frozen=True)
class Mark:
    """A step that is marked, and what it is."""

    step: float
    text: str


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


def short(value: float) -> str:
    """With three digits."""
    return number(float(f"{value:.3g}"))


def is_constant(points: Sequence[Point]) -> bool:
    return all(one[1] == other[1] for one, other in pairwise(points))
