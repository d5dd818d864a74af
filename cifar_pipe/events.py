"""Where a stage's words go: results, notes, warnings and live progress."""

from __future__ import annotations

from typing import Any, Protocol


class Progress(Protocol):
    """A live bar. `advance` is cheap: it may be called for every batch."""

    def advance(self, count: int = 1, **shown: Any) -> None:
        """`count` more are done; `shown` are named values beside the bar (loss=…)."""

    def close(self) -> None: ...


class Events(Protocol):
    """Where a stage's words go; the command line prints them, tests collect them. Each text is one
    line: an end of a line in it, as names may have, is shown and not sent to the terminal.
    """

    def say(self, text: str) -> None:
        """A result: to stdout."""

    def note(self, text: str) -> None:
        """Something to know that is not a result: to stderr."""

    def warn(self, text: str) -> None:
        """Something that changes what the results mean: to stderr, in colour."""

    def progress(self, label: str, total: int | None) -> Progress:
        """A live bar on a terminal; nothing elsewhere."""


class NoProgress:
    """A bar that is not shown."""

    def advance(self, count: int = 1, **shown: Any) -> None: ...

    def close(self) -> None: ...


class NoEvents:
    """Says nothing: of work whose result alone is wanted."""

    def say(self, text: str) -> None: ...

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def progress(self, label: str, total: int | None) -> Progress:  # noqa: ARG002
        return NoProgress()
