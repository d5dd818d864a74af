"""What a run tells as lines of JSON, one for each event: for programs that follow it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from cifar_pipe.cli.terminal import write_json_line
from cifar_pipe.events import Progress

_EVERY = 5.0  # seconds


class JsonEvents:
    """Results go to stdout and all others to stderr, as they do in words."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._stage: str | None = None

    def say(self, text: str) -> None:
        self._write("result", {"text": text}, err=False)

    def note(self, text: str) -> None:
        if not self._quiet:
            self._write("note", {"text": text})

    def warn(self, text: str) -> None:
        self._write("warning", {"text": text})

    def progress(self, label: str, total: int | None) -> Progress:
        return _Reports(self, label, total)

    def log(self, kind: str, values: Mapping[str, Any]) -> None:
        if kind == "stage":
            self._stage = values["stage"]
        if not self._quiet:
            self._write(kind, values)

    def _write(self, event: str, values: Mapping[str, Any], *, err: bool = True) -> None:
        stage = {} if self._stage is None else {"stage": self._stage}
        write_json_line(event, {**stage, **values}, err=err)


class _Reports:
    """How far something is, every five seconds."""

    def __init__(self, events: JsonEvents, label: str, total: int | None) -> None:
        self._events = events
        self._of = {"label": label, "total": total}
        self._done = 0
        self._next = time.monotonic() + _EVERY

    def advance(self, count: int = 1, **shown: Any) -> None:
        self._done += count
        if (now := time.monotonic()) < self._next:
            return
        self._next = now + _EVERY
        self._events.log("progress", {**self._of, "done": self._done, **shown})

    def close(self) -> None:
        pass
