"""Asks the system for the images of a mapped file before they are read.

The order of a training is random. A page that is read and not in memory waits for the disk, and the system then reads
up to 8 MB around it, as if what follows were next: of a file larger than memory 50 times as much as is used.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from cifar_pipe.data.image_files.memory import most_memory
from cifar_pipe.errors import RunError

# Bytes that are asked for and not yet read.
_AHEAD = 1 << 24
# To ask for smaller images costs more than it saves, while all of them have room in memory.
_LARGE = 1 << 14
# Windows has no such calls.
_WILL_NEED = getattr(mmap, "MADV_WILLNEED", None)
_RANDOM = getattr(mmap, "MADV_RANDOM", None)

# Called with how many images of an order are read next, from its beginning on.
Asks = Callable[[int], None]


@dataclass(frozen=True)
class ReadAhead:
    """Image `i` is from `starts[i]` to `starts[i + 1]` in the file (int64 `[N + 1]`, bytes); where there are `rows`
    (int64 `[n]`), image `i` is the one of the file that is there.
    """

    path: Path
    content: mmap.mmap
    starts: Tensor
    rows: Tensor | None = None

    def chosen(self, rows: Tensor) -> ReadAhead:
        """For who has those at `rows` (int64 `[n]`)."""
        return replace(self, rows=rows)

    def along(self, order: Tensor, first: int = 0) -> Asks:
        """For images that are read in this order (int64 `[n]`), from the place `first` in it on.

        Raises RunError, as the function does, where the file has been cut off: the system ends a process that reads
        what is missing.
        """
        self._check()
        rows = order if self.rows is None else self.rows[order]
        begins, ends = self.starts[rows], self.starts[rows + 1]
        whole = len(self.content)
        mean = int((ends - begins).sum()) // max(1, len(rows))
        small = mean < _LARGE and whole <= (most_memory() or whole) // 2
        if small or not mean or _WILL_NEED is None or _RANDOM is None:
            return lambda _: None
        with suppress(OSError):
            self.content.madvise(_RANDOM)
        begins = begins // mmap.PAGESIZE * mmap.PAGESIZE
        lengths = ends - begins
        asked, advice = first, _WILL_NEED

        def ask(until: int) -> None:
            nonlocal asked
            until = min(until + _AHEAD // mean, len(rows))
            if until <= asked:
                return
            self._check()
            some = slice(asked, until)
            places = zip(begins[some].tolist(), lengths[some].tolist(), strict=True)
            # A system may take no advice: images are then read when they are used.
            with suppress(OSError):
                for begin, length in places:
                    self.content.madvise(advice, begin, length)
            asked = until

        return ask

    def _check(self) -> None:
        if self.content.size() < len(self.content):
            raise RunError(
                f"{self.path} has been cut off while it was in use",
                help="run again: the images are decoded anew, and the training goes on",
            )


def read_ahead(path: Path, content: mmap.mmap, sizes: Tensor) -> ReadAhead:
    """Of images one after the other, of these sizes: int64 `[N]`, bytes."""
    return ReadAhead(path, content, torch.cat([torch.zeros(1, dtype=torch.int64), sizes.cumsum(0)]))
