"""What a tracker of experiments is given, and when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

_INTERVAL = "_interval"


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """`folder` is the trackers' own in the run directory, empty at first. `settings` are by path:
    `train.optimizer.lr`.
    """

    name: str
    directory: Path
    folder: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: done, failed or interrupted, with the numbers that its stages measured, by path
    (`evaluate/accuracy`, shares as fractions), its pictures, and its page beside its pipeline.
    """

    status: str
    metrics: Mapping[str, float]
    pictures: Sequence[Path]
    files: Sequence[Path]


class Tracker(Protocol):
    """It is made with `run=` and its arguments when the run begins, and may raise anything then and
    later: that is reported once, and the run continues without it.
    """

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        """A row of a stage's curves: `loss`, `lr`, `epoch`, ... after `step` steps of its training."""

    def end(self, ending: Ending) -> None:
        """Nothing comes after it."""


def numbers_in(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """The finite numbers within the value, with `/` between the steps to each."""
    match value:
        case bool():
            return
        case int() | float():
            if math.isfinite(value):
                yield path, value
        case Mapping():
            for name, one in value.items():
                yield from numbers_in(one, f"{path}/{name}" if path else str(name))
        case list() | tuple():
            for index, one in enumerate(value):
                yield from numbers_in(one, f"{path}/{index}")


def measured(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """All numbers that stages measured, by path. An interval becomes two: `evaluate/accuracy_low` and
    `evaluate/accuracy_high`.
    """
    found: dict[str, float] = {}
    for stage, values in metrics.items():
        for name, value in values.items():
            path = f"{stage}/{name}"
            if name.endswith(_INTERVAL):
                for at, end in enumerate(("low", "high")):
                    found |= numbers_in(_end(value, at), f"{path.removesuffix(_INTERVAL)}_{end}")
            else:
                found |= numbers_in(value, path)
    return found


def _end(value: Any, at: int) -> Any:
    """Of an interval, or of those of all classes."""
    match value:
        case Mapping():
            return {name: _end(one, at) for name, one in value.items()}
        case list() | tuple() if at < len(value):
            return value[at]
