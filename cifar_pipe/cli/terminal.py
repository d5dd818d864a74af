"""What the terminal shows: results on stdout, all else on stderr, bars only if it is a terminal.

Every text goes through this file, which shows the characters that a terminal would
obey and sends none: names of files and classes, and files themselves, may come from elsewhere.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from typing import Any, TextIO

import typer

from cifar_pipe.diagnostics.findings import Finding
from cifar_pipe.diagnostics.render import Paint, to_text
from cifar_pipe.diagnostics.terminal_width import shown
from cifar_pipe.events import Progress


def stderr_colour() -> bool:
    """NO_COLOR (https://no-color.org) and pipes turn colour off."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def echo(*lines: str, err: bool = False, label: str = "") -> None:
    """Prints lines, none of which can become two; a `label` before them is red where colours are."""
    painted = Paint(err and stderr_colour())("red", label)
    typer.echo(painted + "\n".join(map(shown, lines)), err=err)


def echo_text(text: str) -> None:
    """Prints a text of many lines, with the end of the last."""
    typer.echo("\n".join(map(shown, text.split("\n"))), nl=False)


def echo_findings(findings: Iterable[Finding]) -> None:
    """Rendering has shown what is in them."""
    typer.echo(to_text(findings, colour=stderr_colour()), err=True)


class TerminalEvents:
    """Events for people, with one bar at a time below them."""

    def __init__(self) -> None:
        self._bar: _Bar | None = None

    def say(self, text: str) -> None:
        if self._bar is not None and sys.stdout.isatty():
            self._bar.print_above(text)
        else:
            _write(shown(text), sys.stdout)

    def note(self, text: str) -> None:
        self._print("dim", text)

    def warn(self, text: str) -> None:
        self._print("bold yellow", f"warning: {text}")

    def progress(self, label: str, total: int | None) -> Progress:
        if not sys.stderr.isatty():
            return _NoBar()
        self._bar = _Bar(self, label, total)
        return self._bar

    def closed(self, bar: _Bar) -> None:
        if self._bar is bar:
            self._bar = None

    def _print(self, style: str, text: str) -> None:
        if self._bar is not None:
            self._bar.print_above(text)
        else:
            _write(Paint(stderr_colour())(style, shown(text)), sys.stderr)


def _write(text: str, stream: TextIO) -> None:
    """Whoever reads may have gone, as `head` has: a run is worth more than its lines, and continues."""
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _NoBar:
    def advance(self, count: int = 1, **shown: Any) -> None:
        pass

    def close(self) -> None:
        pass


class _Bar:
    """A bar of rich's, refreshed every 0.2 s: `advance` may be called for every small batch."""

    def __init__(self, events: TerminalEvents, label: str, total: int | None) -> None:
        from rich import progress
        from rich.console import Console

        self._events = events
        self._progress = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(bar_width=20),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.fields[shown]}", markup=False),
            progress.TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(shown(label), total=total, shown="")
        self._progress.start()
        self._pending = 0
        self._next = 0.0

    def advance(self, count: int = 1, **shown: Any) -> None:
        self._pending += count
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 0.2
        words = "  ".join(f"{name} {_short(value)}" for name, value in shown.items())
        self._progress.update(self._task, advance=self._pending, shown=words, refresh=True)
        self._pending = 0

    def print_above(self, text: str) -> None:
        self._progress.console.print(shown(text), markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        self._progress.stop()
        self._events.closed(self)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"
    return shown(str(value))
