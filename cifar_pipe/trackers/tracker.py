"""What a tracker of experiments is given, and when."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


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


def by_path(settings: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The settings with `.` between the names; a list is one value, as JSON."""
    for name, value in settings.items():
        whole = f"{path}.{name}" if path else name
        match value:
            case Mapping():
                yield from by_path(value, whole)
            case None | bool() | int() | float() | str():
                yield whole, value
            case _:
                yield whole, json.dumps(value, ensure_ascii=False, default=str)
