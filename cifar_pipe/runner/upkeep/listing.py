"""The runs below runs/: what each was, how it ended and how much room it takes."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Any

from cifar_pipe.runner.rundir import is_locked, read_state
from cifar_pipe.stages.run_file import RUNS

KILLED, DAMAGED = "killed", "damaged"
# How the names end of the runs that `cifar-pipe why` makes, which are many.
OF_WHY = ".why"


@dataclass(frozen=True, slots=True)
class FoundRun:
    """`status` is what run.json says, `killed` where it says running and no process is at work, or
    `damaged` where it cannot be read. `metric` is its main one with the stage that measured it;
    `size` is in bytes, `time` when it was started, as a timestamp in seconds.
    """

    path: Path
    name: str
    status: str
    time: float
    seconds: float | None
    size: int
    metric: tuple[str, str, float] | None
    state: Mapping[str, Any]

    @property
    def changes(self) -> list[str]:
        """What its command changed of the pipeline: overrides, and its seed where it is one of several."""
        command = self.state.get("command")
        words: list[str] = []
        with suppress(ValueError):
            words = shlex.split(command) if isinstance(command, str) else []
        written = [value for key, value in pairwise(words) if key in ("-S", "--set")]
        one_of_several = words[1:2] == ["run"] and "--seeds" in words
        return [*written, f"seed={self.state.get('seed')}"] if one_of_several else written

    @property
    def keys(self) -> Iterator[str]:
        """Of the kept results that it refers to."""
        for stage in _mapping(self.state.get("stages")).values():
            if isinstance(key := _mapping(stage).get("key"), str):
                yield key

    @property
    def images(self) -> Iterator[str]:
        """The names of the files with decoded images that it has used."""
        for stage in _mapping(self.state.get("stages")).values():
            if isinstance(names := _mapping(stage).get("images"), list):
                yield from (name for name in names if isinstance(name, str))


def find_runs(root: Path = RUNS) -> list[FoundRun]:
    """The newest first. A folder counts as a run where it holds a run.json."""
    found = [_run(path.parent) for path in root.glob("*/**/run.json") if ".store" not in path.parts]
    return sorted(found, key=lambda one: one.time, reverse=True)


# By what runs are sorted: the most, or the first, at the top.
SORTS: Mapping[str, Callable[[FoundRun], Any]] = {
    "time": lambda one: -one.time,
    "metric": lambda one: -one.metric[2] if one.metric else 1.0,
    "seconds": lambda one: -(one.seconds or 0.0),
    "size": lambda one: -one.size,
    "name": lambda one: one.name,
}


def chosen(
    runs: Sequence[FoundRun], *, name: str | None, status: Sequence[str], sort: str
) -> list[FoundRun]:
    """Those whose name matches the pattern (`lenet*`) and that have one of the statuses, sorted."""
    kept = [
        one
        for one in runs
        if (name is None or fnmatchcase(one.name, name)) and (not status or one.status in status)
    ]
    return sorted(kept, key=SORTS[sort])


def _run(path: Path) -> FoundRun:
    state = read_state(path)
    status = str(state.get("status", DAMAGED))
    if status == "running" and not is_locked(path):
        status = KILLED
    name, seconds = state.get("name"), state.get("seconds")
    return FoundRun(
        path=path,
        name=name if isinstance(name, str) else path.parent.name,
        status=status,
        time=_started(path, state),
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
        size=size_of(path),
        metric=_main_metric(state),
        state=state,
    )


def _started(path: Path, state: Mapping[str, Any]) -> float:
    with suppress(KeyError, TypeError, ValueError):
        return datetime.fromisoformat(state["started"]).timestamp()
    with suppress(OSError):
        return (path / "run.json").stat().st_mtime
    return 0.0


def _main_metric(state: Mapping[str, Any]) -> tuple[str, str, float] | None:
    """The accuracy of the last evaluation, or its loss where the targets are numbers."""
    for stage, values in reversed(_mapping(state.get("metrics")).items()):
        for metric in ("accuracy", "loss"):
            value = _mapping(values).get(metric)
            if isinstance(value, int | float):
                return stage, metric, float(value)
    return None


def size_of(path: Path) -> int:
    """Bytes of all files below; links are not followed."""
    size = 0
    with suppress(OSError), os.scandir(path) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    size += size_of(Path(entry.path))
                else:
                    size += entry.stat(follow_symlinks=False).st_size
    return size


def age(time: float, *, now: float | None = None) -> str:
    """`3 min`, `5 h`, `2 d`."""
    seconds = max(0.0, (datetime.now(UTC).timestamp() if now is None else now) - time)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
