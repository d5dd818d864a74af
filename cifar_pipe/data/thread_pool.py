"""Work on many images in a pool of threads, with a progress bar."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from cifar_pipe.events import Events

T = TypeVar("T")


class Watch(Protocol):
    """What long work reports to; a stage's Context is one."""

    @property
    def events(self) -> Events: ...
    @property
    def check_signal(self) -> Callable[[], None]: ...


@dataclass(frozen=True)
class Uninterrupted:
    """A watch for work outside of a run."""

    events: Events
    check_signal: Callable[[], None] = lambda: None


def in_threads(
    work: Callable[[T], int], pieces: Sequence[T], watch: Watch, *, label: str, total: int
) -> None:
    """Does each piece of work in a thread of a pool; `work` returns how many images it did.

    The first exception cancels the pieces that have not begun.
    """
    bar = watch.events.progress(label, total)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            for count in pool.map(work, pieces):
                watch.check_signal()
                bar.advance(count)
        finally:
            pool.shutdown(cancel_futures=True)
            bar.close()
