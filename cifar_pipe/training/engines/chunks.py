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


class Worker:
    """What one thread works on."""

    def __init__(self, trained: int, words: int) -> None:
        self.words = np.zeros(words, np.int64)
        self.gradients: Floats = np.zeros(trained, np.float32)
        self.arena: Floats = np.zeros(0, np.float32)
        self.places = np.zeros(0, np.int32)

    def reserve(self, program: Program) -> None:
        if len(self.arena) < program.arena:
            self.arena = torch.zeros(program.arena).numpy()
        if len(self.places) < program.places:
            self.places = np.zeros(program.places, np.int32)


@dataclass(frozen=True, slots=True)
class Share:
    """The chunks of one thread: each a program, and its first image; `first` is the number of the first chunk.

    `meeting` is where threads wait for each other, each of which has one chunk then; `stats` and `sizes`, the images
    of each chunk, are common to all.
    """

    chunks: Sequence[tuple[Program, int]]
    first: int
    meeting: Barrier | None
    stats: Floats
    sizes: npt.NDArray[np.int64]


def share_out(
    count: int, threads: int, program: Callable[[int], Program], *, whole: bool
) -> list[Share]:
    """Chunks of `count` images, as even as may be over the threads. Those of a `whole`, which wait for each other,
    go through at a time.
    """
    size = _part_of_thread(count, threads, program) if whole else min(count, _chunk(program))
    firsts = range(0, count, size)
    chunks = [(program(min(size, count - first)), first) for first in firsts]
    sizes = np.array([one.images for one, _ in chunks], np.int64)
    stats = np.zeros(len(chunks) * chunks[0][0].stats, np.float32)
    each = -(-len(chunks) // threads)
    starts = range(0, len(chunks), each)
    meeting = Barrier(len(starts)) if whole and len(starts) > 1 else None
    return [Share(chunks[at : at + each], at, meeting, stats, sizes) for at in starts]


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
