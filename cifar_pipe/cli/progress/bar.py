"""A live bar on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from rich import progress
from rich.console import Console, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cifar_pipe.diagnostics.terminal_width import shown as without_escapes
from cifar_pipe.diagnostics.terminal_width import width_of

_EVERY = 0.2  # seconds
_BAR = (8, 30)  # columns, at least and at most


class Bar:
    """`train 1/12 ━━━━━━━━ 1,234/12,500  loss 1.296  1,977 images/s  0:03 left`: what a narrow terminal
    has no room for is left out from behind, and refreshed every 0.2 s: `advance` may be called for every
    small batch.
    """

    def __init__(self, label: str, total: int | None, closed: Callable[[object], None]) -> None:
        self._closed = closed
        self._progress = _Line(
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(label, total=total, shown={})
        self._progress.start()
        self._pending = 0
        self._next = 0.0

    def advance(self, count: int = 1, **shown: Any) -> None:
        self._pending += count
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY
        self._progress.update(self._task, advance=self._pending, shown=shown, refresh=True)
        self._pending = 0

    def print_above(self, text: str) -> None:
        """A text that may hold the escapes of our own colours, and no others."""
        line = Text.from_ansi(text, end="")
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        self._progress.stop()
        self._closed(self)


class _Line(progress.Progress):
    """One line, as wide as the terminal at most."""

    def get_renderables(self) -> Iterable[RenderableType]:
        for task in self.tasks:
            yield _line(task, self.console.width - 1)


def _line(task: progress.Task, width: int) -> RenderableType:
    shown = dict(task.fields["shown"])
    before = f"{task.description} {shown.pop('epoch', '')}".rstrip()
    done = f"{task.completed:,.0f}"
    done = f"{done}/{task.total:,.0f}" if task.total is not None else done
    left, words = _left(task), [_words(name, value) for name, value in shown.items()]
    room, kept = width - width_of(before) - _BAR[0] - 2, [done]
    for part in (left, *words):
        if part and width_of("  ".join([*kept, part])) <= room:
            kept.append(part)
    after = "  ".join(part for part in (done, *words, left) if part in kept)
    bar = min(_BAR[1], width - width_of(before) - width_of(after) - 2)
    row = Table.grid(padding=(0, 1))
    cells: list[RenderableType] = [Text(before, no_wrap=True)]
    if bar >= _BAR[0]:
        cells.append(ProgressBar(task.total, task.completed, width=bar))
    row.add_row(*cells, Text(after, no_wrap=True))
    return row


def _left(task: progress.Task) -> str:
    """`1:05 left`; empty until it is known."""
    if (seconds := task.time_remaining) is None or task.finished:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"


def _words(name: str, value: Any) -> str:
    if not isinstance(value, float):
        return without_escapes(f"{name} {value}")
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"
    return f"{number} {name}" if "/" in name else f"{name} {number}"
