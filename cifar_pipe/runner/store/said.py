"""What a stage said: kept, so that a run that takes its result says it too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cifar_pipe.events import Events, Progress


class Recorder:
    """Events that go on to others and are kept: results and warnings, not what is said on the way."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self.lines: list[list[str]] = []

    def say(self, text: str) -> None:
        self.lines.append(["say", text])
        self._events.say(text)

    def note(self, text: str) -> None:
        self._events.note(text)

    def warn(self, text: str) -> None:
        self.lines.append(["warn", text])
        self._events.warn(text)

    def progress(self, label: str, total: int | None) -> Progress:
        return self._events.progress(label, total)


def replay(lines: Iterable[Sequence[str]], events: Events) -> None:
    for kind, text in lines:
        (events.warn if kind == "warn" else events.say)(text)
