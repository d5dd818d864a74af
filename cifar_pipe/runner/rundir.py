"""The run directory: where a run lives, written so that a reader never finds half a file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self

from cifar_pipe import disk
from cifar_pipe.errors import OutputError, RunError
from cifar_pipe.files import (
    LineFile,
    make_folder,
    make_own_folder,
    remove,
    remove_left_over,
    remove_tree,
    write_json,
    write_text,
)
from cifar_pipe.runner.lock import holder_of, take, try_lock
from cifar_pipe.stages.run_file import RUNS

STORE = RUNS / ".store"
_OWN = ("stages", "checkpoints")
_TRACEBACK = "traceback.txt"
_ATTEMPTS, _PAUSE = 5, 0.02  # seconds


def run_dir_for(name: str, key: str, *, fresh: bool) -> Path:
    """The newest run of the same key below `runs/<name>/` that did not end, or a new place there:
    `runs/<name>/<time>-<key>`.
    """
    short = key[:8]
    if not fresh:
        for path in sorted((RUNS / name).glob(f"*-{short}*"), reverse=True):
            state = read_state(path)
            if state.get("key") == key and state.get("status") != "done" and not is_locked(path):
                return path
    now = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
    path, number = RUNS / name / f"{now}-{short}", 1
    while path.exists():
        number += 1
        path = RUNS / name / f"{now}-{short}-{number}"
    return path


def read_state(path: Path) -> dict[str, Any]:
    """What run.json in this directory says; nothing where it is not there, or damaged."""
    with suppress(OSError, ValueError):
        state = json.loads((path / "run.json").read_text(encoding="utf-8"))
        if isinstance(state, dict):
            return state
    return {}


def is_locked(path: Path) -> bool:
    """Whether a process is at work in this directory now."""
    try:
        with (path / ".lock").open("r+") as lock:
            return not try_lock(lock)
    except OSError:
        return False


class InUse(RunError):  # noqa: N818
    """Another run is in the directory."""


class RunDir:
    """One run's directory, locked while this process runs in it.

    `state` is what run.json holds; `update` changes it and writes it. `earlier` is what it held when
    the run was begun before, and did not end; empty for a new one.
    """

    def __init__(self, path: Path, lock: IO[str], key: str, earlier: Mapping[str, Any]) -> None:
        self.path = path
        self.key = key
        self.earlier = earlier
        self.state: dict[str, Any] = {}
        self._lock = lock
        self._rows = LineFile(path / "metrics.jsonl")
        self._tell: Callable[[Mapping[str, Any]], None] = lambda _: None
        # What follows the run: `metrics` with a row as it is measured, `stage` with its entry in run.json.
        self.log: Callable[[str, Mapping[str, Any]], None] = lambda _kind, _values: None

    @classmethod
    def create(
        cls, path: Path, *, written: str, resolved: str, key: str = "", fresh: bool = False
    ) -> Self:
        """Makes the directory, or takes that of a run with the same key, and its lock.

        `fresh` deletes what an earlier run has left in it. Raises OutputError where it cannot be
        written, InUse where another run is in it, RunError where that of another pipeline is.
        """
        try:
            make_folder(path)
            lock = os.fdopen(disk.open_to_append(path / ".lock"), "a+")
            is_taken = _take(lock)
        except (OSError, OutputError) as error:
            cause = error if isinstance(error, OSError) else error.__cause__
            reason = cause.strerror if isinstance(cause, OSError) else None
            message = f"cannot make the run directory {path}: {reason or error}"
            raise OutputError(message, help="choose another place with --run-dir") from error
        if not is_taken:
            holder = holder_of(lock)
            lock.close()
            who = f" (process {holder})" if holder else ""
            help_ = "wait for it, or choose another --run-dir"
            raise InUse(f"another run is at work in {path}{who}", help=help_)
        try:
            earlier = cls._begin(path, key, fresh=fresh)
            write_text(path / "pipeline.yaml", written)
            write_text(path / "resolved.yaml", resolved)
        except BaseException:
            lock.close()
            raise
        return cls(path, lock, key, earlier)

    @staticmethod
    def _begin(path: Path, key: str, *, fresh: bool) -> dict[str, Any]:
        """Makes its folders, and gives what an earlier run of the same key has left in run.json."""
        is_there = (path / "run.json").exists()
        earlier = read_state(path) if is_there else {}
        if is_there and not earlier and not fresh:
            help_ = (
                "delete it, and the same command resumes the run from what else is there",
                "--fresh deletes the run that is there and starts over",
            )
            raise RunError(f"{path / 'run.json'} is damaged or cannot be read", help=help_)
        if is_there and earlier.get("key", "") != key and not fresh:
            help_ = (
                "choose a new --run-dir, or leave it out: each run then gets its own",
                "--fresh deletes the run that is there and starts over",
            )
            raise RunError(f"{path} holds a run of another pipeline already", help=help_)
        if fresh:
            # Its state goes first: what is left of a deletion that was cut off counts as no run.
            for name in ("run.json", "metrics.jsonl", _TRACEBACK):
                remove(path / name)
            for folder in _OWN:
                remove_tree(path / folder)
            earlier = {}
        remove_left_over(path)
        remove(path / _TRACEBACK)
        for folder in _OWN:
            make_own_folder(path / folder)
        return earlier

    def update(self, **changes: Any) -> None:
        self.state.update(changes)
        write_json(self.path / "run.json", self.state)

    def folder(self, stage_id: str) -> Path:
        folder = self.path / "stages" / stage_id
        make_own_folder(folder)
        return folder

    def record(self, row: Mapping[str, Any]) -> None:
        """Appends one line to metrics.jsonl; a kill leaves at most the last one unfinished."""
        self._rows.append(_line(row))
        self._tell(row)
        self.log("metrics", row)

    def replace_rows(self, stage_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Of the lines of metrics.jsonl those of this stage become `rows`, and come last."""
        rows = [*rows]
        others = [row for row in self._read_rows() if row.get("stage") != stage_id]
        self._rows.replace([_line(row) for row in (*others, *rows)])
        for row in rows:
            self._tell(row)

    def tell(self, listener: Callable[[Mapping[str, Any]], None]) -> None:
        """From now on the listener is given each row of metrics.jsonl once it is there."""
        self._tell = listener

    def clear_rows(self) -> None:
        """Leaves no line in metrics.jsonl: each stage writes its own, again if it has before."""
        if (self.path / "metrics.jsonl").exists():
            self._rows.replace([])

    def _read_rows(self) -> Iterable[dict[str, Any]]:
        try:
            text = (self.path / "metrics.jsonl").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for line in text.splitlines():
            with suppress(ValueError):
                row = json.loads(line)
                if isinstance(row, dict):
                    yield row

    def close(self) -> None:
        self._rows.close()
        self._lock.close()


def _take(lock: IO[str]) -> bool:
    """Tries again for a moment: who only looks whether a run is at work holds the lock as long."""
    for _ in range(_ATTEMPTS - 1):
        if take(lock):
            return True
        time.sleep(_PAUSE)
    return take(lock)


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(dict(row), allow_nan=False)
