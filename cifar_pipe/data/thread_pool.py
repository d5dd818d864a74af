"""Work on many images in a pool of threads, with a progress bar."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from cifar_pipe.events import Events

T = TypeVar("T")
R = TypeVar("R")


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


def in_order(
    work: Callable[[T], R],
    pieces: Sequence[T],
    watch: Watch,
    *,
    label: str,
    total: int,
    ahead: int,
    images_in: Callable[[T], int],
) -> Iterator[R]:
    """What the threads of a pool make of each piece, in the order of the pieces; of those that are made and
    not taken yet there are `ahead` at most. The first exception, or the end of the iterator, cancels the
    others.
    """
    bar = watch.events.progress(label, total)
    waiting: deque[tuple[T, Future[R]]] = deque()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            left = iter(pieces)
            while True:
                while len(waiting) < ahead and (piece := next(left, None)) is not None:
                    waiting.append((piece, pool.submit(work, piece)))
                if not waiting:
                    return
                piece, made = waiting.popleft()
                yield made.result()
                watch.check_signal()
                bar.advance(images_in(piece))
        finally:
            pool.shutdown(cancel_futures=True)
            bar.close()
