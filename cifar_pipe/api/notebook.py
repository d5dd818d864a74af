"""Progress below a cell of a notebook: one line that is replaced."""

from __future__ import annotations

import sys
import time
from typing import Any

from cifar_pipe.cli.terminal import TerminalEvents
from cifar_pipe.events import Progress


def is_notebook() -> bool:
    """Whether this is the kernel of a notebook, and not a terminal's IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class NotebookEvents(TerminalEvents):
    """Words as in a terminal."""

    def progress(self, label: str, total: int | None) -> Progress:
        return _Line(label, total)


class _Line:
    """`train  45 %  loss 1.466`, renewed twice a second at most."""

    def __init__(self, label: str, total: int | None) -> None:
        self._label, self._total, self._done = label, total, 0
        self._shown: Any = None
        self._next = 0.0

    def advance(self, count: int = 1, **shown: Any) -> None:
        self._done += count
        if (now := time.monotonic()) < self._next:
            return
        self._next = now + 0.5
        done = f"{self._done / self._total:.0%}" if self._total else f"{self._done:,}"
        values = (f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in shown.items())
        self._show("  ".join((self._label, done, *values)))

    def close(self) -> None:
        if self._shown is not None:
            self._show("")

    def _show(self, text: str) -> None:
        display = sys.modules["IPython"].display
        content = {"text/plain": text}
        if self._shown is None:
            self._shown = display.display(content, raw=True, display_id=True)
        else:
            self._shown.update(content, raw=True)
