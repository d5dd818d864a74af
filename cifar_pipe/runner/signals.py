"""Ctrl-C and SIGTERM: the first lets the step that runs finish, the second ends at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cifar_pipe.errors import Interrupted


class Signals:
    """What came in. `check` raises Interrupted once, between two steps."""

    def __init__(self) -> None:
        self.received: int | None = None

    def check(self) -> None:
        if self.received is not None:
            raise Interrupted(self.received)

    def _handle(self, number: int, _: FrameType | None) -> None:
        if self.received is not None:
            os._exit(128 + number)
        self.received = number


@contextmanager
def caught_signals() -> Iterator[Signals]:
    """Takes SIGINT and SIGTERM over while inside; only the main thread can."""
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signals._handle) for number in numbers]  # noqa: SLF001
    try:
        yield signals
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
