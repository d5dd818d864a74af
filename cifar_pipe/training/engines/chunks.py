"""A batch in chunks, which are shared out over threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier

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
_NOTHING = np.zeros(0, np.float32)


class Worker:
    """What one thread works on."""

    def __init__(self, trained: int, words: int) -> None:
        self.words = np.zeros(words, np.int64)
        self.gradients: Floats = np.zeros(trained, np.float32)
        # One for each chunk that goes through at a time, and where its maxima are.
        self.arenas: list[Floats] = []
        self.places: list[npt.NDArray[np.int32]] = []

    def reserve(self, program: Program, place: int) -> None:
        if len(self.arenas) == place:
            self.arenas.append(_NOTHING)
            self.places.append(np.zeros(0, np.int32))
        if len(self.arenas[place]) < program.arena:
            self.arenas[place] = torch.zeros(program.arena).numpy()
        if len(self.places[place]) < program.places:
            self.places[place] = np.zeros(program.places, np.int32)


@dataclass(frozen=True, slots=True)
class Share:
    """The chunks of one thread: each a program, its first image and which arena of the worker it takes.

    `first` is the number of the first chunk, `meeting` where threads wait for each other; `stats` and `sizes`, the
    images of each chunk, are common to all.
    """

    chunks: Sequence[tuple[Program, int, int]]
    first: int
    meeting: Barrier | None
    stats: Floats
    sizes: npt.NDArray[np.int64]


def share_out(
    count: int, threads: int, program: Callable[[int], Program], *, whole: bool
) -> list[Share]:
    """Chunks of `count` images, as even as may be over the threads. Those of a batch that must go through as a
    `whole` do so at a time, each in an arena of its own.
    """
    size = _thread_s_part(count, threads, program) if whole else min(count, _chunk(program))
    firsts = range(0, count, size)
    programs = [program(min(size, count - first)) for first in firsts]
    sizes = np.array([one.images for one in programs], np.int64)
    stats = np.zeros(len(programs) * programs[0].stats, np.float32)
    each = -(-len(programs) // threads)
    starts = range(0, len(programs), each)
    meeting = Barrier(len(starts)) if whole and len(starts) > 1 else None
    chunks = [
        (one, first, number % each if whole else 0)
        for number, (one, first) in enumerate(zip(programs, firsts, strict=True))
    ]
    return [Share(chunks[at : at + each], at, meeting, stats, sizes) for at in starts]


def _chunk(program: Callable[[int], Program]) -> int:
    """The largest of these sizes whose numbers stay in the cache."""
    size = _LARGEST_CHUNK
    while size > 4 and program(size).arena > _CACHED:
        size //= 2
    return size


def _thread_s_part(count: int, threads: int, program: Callable[[int], Program]) -> int:
    """All images where a meeting would be long beside what is between two."""
    between = program(count).arena / len(program(count).parts)
    return count if between < WORTH_A_MEETING else -(-count // threads)
