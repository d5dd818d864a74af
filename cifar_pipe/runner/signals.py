"""Ctrl-C and SIGTERM: the first lets the step that runs finish, the second ends at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from cifar_pipe.errors import Interrupted


class Signals:
    """What came in. `check` raises Interrupted once, between two steps."""

    def __init__(self, before: Mapping[int, Any] | None = None) -> None:
        self.received: int | None = None
        self._before = before

    def check(self) -> None:
        if self.received is not None:
            raise Interrupted(self.received)

    def _handle(self, number: int, _: FrameType | None) -> None:
        if self.received is not None:
            if self._before is None:
                os._exit(128 + number)
            signal.signal(number, self._before[number])
            signal.raise_signal(number)
        self.received = number


@contextmanager
def caught_signals(*, ends_process: bool = True) -> Iterator[Signals]:
    """Takes SIGINT and SIGTERM over while inside; only the main thread can.

    Where it does not end the process, the second does what it did before: a KeyboardInterrupt.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)
    signals = Signals(None if ends_process else {one: signal.getsignal(one) for one in numbers})
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    before = [signal.signal(number, signals._handle) for number in numbers]  # noqa: SLF001
    try:
        yield signals
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
