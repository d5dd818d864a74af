"""The run directory: where a run lives, written so that a reader never finds half a file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self

from cifar_pipe.errors import OutputError, RunError
from cifar_pipe.files import cannot_write, write_json, write_text
from cifar_pipe.runner.lock import try_lock


def default_run_dir(name: str, resolved: str) -> Path:
    """`runs/<name>/<time>-<key>`: the time for people, the key for the same resolved pipeline."""
    key = hashlib.sha256(resolved.encode()).hexdigest()[:8]
    time = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
    return Path("runs") / name / f"{time}-{key}"


class RunDir:
    """One run's directory, locked while this process runs in it.

    `state` is what run.json holds; `update` changes it and writes it.
    """

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self.state: dict[str, Any] = {}
        self._lock = lock
        self._rows: IO[str] | None = None

    @classmethod
    def create(cls, path: Path, *, written: str, resolved: str) -> Self:
        """Makes the directory and takes its lock.

        Raises OutputError where it cannot be written, RunError where another run is in it.
        """
        try:
            for folder in (path, path / "stages", path / "checkpoints"):
                folder.mkdir(parents=True, exist_ok=True)
            lock = (path / ".lock").open("a+")
        except OSError as error:
            message = f"cannot make the run directory {path}: {error.strerror}"
            raise OutputError(message, help="choose another place with --run-dir") from error
        _take(lock, path)
        if (path / "run.json").exists():
            lock.close()
            help_ = "choose a new --run-dir, or leave it out: each run then gets its own"
            raise RunError(f"{path} holds a run already", help=help_)
        write_text(path / "pipeline.yaml", written)
        write_text(path / "resolved.yaml", resolved)
        return cls(path, lock)

    def update(self, **changes: Any) -> None:
        self.state.update(changes)
        write_json(self.path / "run.json", self.state)

    def folder(self, stage_id: str) -> Path:
        folder = self.path / "stages" / stage_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(folder, error) from error
        return folder

    def record(self, row: Mapping[str, Any]) -> None:
        """Appends one line to metrics.jsonl; a kill leaves at most the last one unfinished."""
        path = self.path / "metrics.jsonl"
        try:
            if self._rows is None:
                self._rows = path.open("a", encoding="utf-8")
            self._rows.write(json.dumps(dict(row), allow_nan=False) + "\n")
            self._rows.flush()
        except OSError as error:
            raise cannot_write(path, error) from error

    def close(self) -> None:
        if self._rows is not None:
            self._rows.close()
        self._lock.close()


def _take(lock: IO[str], path: Path) -> None:
    if not try_lock(lock):
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        who = f" (process {holder})" if holder else ""
        help_ = "wait for it, or choose another --run-dir"
        raise RunError(f"another run is at work in {path}{who}", help=help_)
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()
