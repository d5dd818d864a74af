"""A batch in chunks, which are shared out over threads."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from threading import Barrier
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from cifar_pipe.training.engines.flat import Floats
from cifar_pipe.training.engines.layout import Program

# So many numbers a chunk may work on: a little more than the second cache of cores holds, which LeNet's 16 images
# do not notice.
_CACHED = 850_000
_LARGEST_CHUNK = 16
# Numbers between two meetings: threads that wait for each other take 0.05 ms.
WORTH_A_MEETING = 100_000


class Worker:
    """What one thread works on."""

    def __init__(self, trained: int, words: int) -> None:
        self.words = np.zeros(words, np.int64)
        self.loss: Floats = np.zeros(1, np.float32)
        self.gradients: Floats = np.zeros(trained, np.float32)
        self.arena: Floats = np.zeros(0, np.float32)
        self.places = np.zeros(0, np.int32)

    def reserve(self, program: Program) -> None:
        if len(self.arena) < program.arena:
            self.arena = torch.zeros(program.arena).numpy()
        if len(self.places) < program.places:
            self.places = np.zeros(program.places, np.int32)


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a program that run at a stretch; before those that `waits`, all threads must have come as far.
    `is_loss` is that of the loss alone.
    """

    rows: npt.NDArray[np.int64]
    waits: bool
    is_loss: bool


@dataclass(frozen=True, slots=True)
class Share:
    """The chunks of one thread: each a program, its first image and the program's pieces; `first` is the number of the first chunk.

    `meeting` is where threads wait for each other, each of which has one chunk then; `stats` and `sizes`, the images
    of each chunk, are common to all.
    """

    chunks: Sequence[tuple[Program, int, Sequence[Piece]]]
    first: int
    meeting: Barrier | None
    stats: Floats
    sizes: npt.NDArray[np.int64]


def share_out(
    count: int, threads: int, program: Callable[[int], Program], *, whole: bool, stops: bool = False
) -> list[Share]:
    """Chunks of `count` images, as even as may be over the threads. Those of a `whole`, which wait for each other,
    go through at a time. Each program `stops` for its loss, where PyTorch computes that.
    """
    size = _part_of_thread(count, threads, program) if whole else min(count, _chunk(program))
    firsts = range(0, count, size)
    programs = [program(min(size, count - first)) for first in firsts]
    sizes = np.array([one.images for one in programs], np.int64)
    stats = np.zeros(len(programs) * programs[0].stats, np.float32)
    each = -(-len(programs) // threads)
    starts = range(0, len(programs), each)
    meeting = Barrier(len(starts)) if whole and len(starts) > 1 else None
    chunks = [
        (one, first, _pieces(one, meets=meeting is not None, stops=stops))
        for one, first in zip(programs, firsts, strict=True)
    ]
    return [Share(chunks[at : at + each], at, meeting, stats, sizes) for at in starts]


def _pieces(program: Program, *, meets: bool, stops: bool) -> list[Piece]:
    waits = program.meets if meets else ()
    of_loss = (program.loss, program.loss + 1) if stops else ()
    borders = sorted({0, *waits, *of_loss, len(program.rows)})
    return [
        Piece(program.rows[begin:end], begin in waits, stops and begin == program.loss)
        for begin, end in pairwise(borders)
    ]


def _chunk(program: Callable[[int], Program]) -> int:
    """The largest of these sizes whose numbers stay in the cache."""
    size = _LARGEST_CHUNK
    while size > 4 and program(size).arena > _CACHED:
        size //= 2
    return size


def _part_of_thread(count: int, threads: int, program: Callable[[int], Program]) -> int:
    """All images where a meeting would be long beside what is between two."""
    between = program(count).arena / (1 + len(program(count).meets))
    return count if between < WORTH_A_MEETING else -(-count // threads)


@contextmanager
def flushing_denormals() -> Iterator[None]:
    """As the threads of a pool do: moments of weights without gradients decay to numbers that take a hundred cycles each."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def pool_of(threads: int, library: Any) -> ThreadPoolExecutor:
    def one_thread_each() -> None:
        torch.set_flush_denormal(True)
        # A matrix product of such a thread takes no others.
        for name in ("MKL_Set_Num_Threads_Local", "omp_set_num_threads"):
            with suppress(AttributeError):
                getattr(library, name)(ctypes.c_int(1))

    return ThreadPoolExecutor(threads, initializer=one_thread_each)
