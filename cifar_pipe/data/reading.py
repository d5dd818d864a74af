"""What a dataset is read with, beside its declaration."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from cifar_pipe.events import Events

T = TypeVar("T")


def never() -> None:
    """A `check_signal` for those who have none."""


@dataclass(frozen=True)
class Reading:
    """`seed` rules everything that is drawn; `check_signal` is called between pieces of work."""

    seed: int
    events: Events
    check_signal: Callable[[], None] = never


def in_threads(
    work: Callable[[T], int], pieces: Sequence[T], reading: Reading, *, label: str, total: int
) -> None:
    """Does each piece of work in a thread of a pool; `work` returns how many images it did.

    The first exception stops what has not begun.
    """
    bar = reading.events.progress(label, total)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            for count in pool.map(work, pieces):
                reading.check_signal()
                bar.advance(count)
        finally:
            pool.shutdown(cancel_futures=True)
            bar.close()
