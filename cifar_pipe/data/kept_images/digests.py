"""What stands for the images of a split: taken while they are decoded, and kept beside them.

    runs/.store/images/<key>.<rows>.digest.images

The key is that of the decoded images: the same files, decoders and first transforms give the same pixels.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.data.kept_images.image_file import (
    Alike,
    DamagedImages,
    Shape,
    open_images,
    write_images,
)
from cifar_pipe.errors import OutputError

# Bytes that one thread hashes at a time; they are in every digest that is kept.
CHUNK = 1 << 22
# Chunks that wait for a thread.
_WAITING = 8
_SUFFIX = ".digest.images"


@dataclass(frozen=True, slots=True)
class ImageDigests:
    """Of a split's images: `described` has the type and shape of their tensor, or of each image where sizes vary, and
    `digests` a sha256 of each chunk.
    """

    described: list[list[Any]]
    digests: list[str]


@dataclass
class KeptDigests:
    """Those of one split; `path` is where they are kept, None for nowhere."""

    path: Path | None
    digests: ImageDigests | None = None

    @classmethod
    def of(cls, images: Path | None, rows: Tensor | None) -> KeptDigests:
        """Of those at `rows` (int64 `[n]`; None for all) of the images in a file."""
        if images is None:
            return cls(None)
        which = "all" if rows is None else hashlib.sha256(rows.numpy().tobytes()).hexdigest()[:16]
        return cls(images.with_name(f"{images.name.partition('.')[0]}.{which}{_SUFFIX}"))

    def find(self) -> ImageDigests | None:
        if self.digests is None and self.path is not None:
            with suppress(OSError, DamagedImages, KeyError):
                seen = open_images(self.path).description.seen
                self.digests = ImageDigests(seen["described"], seen["digests"])
        return self.digests

    def keep(self, digests: ImageDigests) -> None:
        self.digests = digests
        if self.path is not None:
            plain = {"described": digests.described, "digests": digests.digests}
            # It saves time, and nothing else.
            with suppress(OutputError):
                write_images(self.path, (), lambda: plain)


class Hashing:
    """Hashes images of one shape, uint8, some at a time: as one tensor, in chunks, in the threads of `pool`."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._left = bytearray()
        self._waiting: deque[Future[str]] = deque()
        self._digests: list[str] = []
        self._shapes: set[Shape] = set()
        self._count = 0

    def add(self, shape: Shape, count: int, pixels: bytes | memoryview) -> None:
        self._shapes.add(shape)
        self._count += count
        self._left += pixels
        while len(self._left) >= CHUNK:
            self._hash(CHUNK)

    def end(self) -> ImageDigests | None:
        """None where there was more than one shape."""
        if self._left:
            self._hash(len(self._left))
        while self._waiting:
            self._digests.append(self._waiting.popleft().result())
        if len(self._shapes) != 1:
            return None
        return ImageDigests([["torch.uint8", [self._count, *self._shapes.pop()]]], self._digests)

    def _hash(self, size: int) -> None:
        self._waiting.append(self._pool.submit(digest_of, bytes(self._left[:size])))
        del self._left[:size]
        if len(self._waiting) > _WAITING:
            self._digests.append(self._waiting.popleft().result())


class PartHashing:
    """Hashes the images of each split of a part as all of the part come by, in their order. `rows` are their places
    (int64 `[n]`, rising; None for all).
    """

    def __init__(self, rows: Mapping[str, Tensor | None]) -> None:
        self._pool = ThreadPoolExecutor(os.cpu_count())
        self._rows = {
            name: None if one is None else one.numpy()
            for name, one in rows.items()
            if one is None or bool((one[1:] > one[:-1]).all())
        }
        self._hashing = {name: Hashing(self._pool) for name in self._rows}
        self._at = 0

    def add(self, shape: Shape, count: int, pixels: bytes | memoryview) -> None:
        every = np.frombuffer(pixels, dtype=np.uint8).reshape(count, -1)
        for name, rows in self._rows.items():
            some, number = pixels, count
            if rows is not None:
                first, last = np.searchsorted(rows, (self._at, self._at + count))
                number = int(last - first)
                some = every[rows[first:last] - self._at].tobytes()
            if number:
                self._hashing[name].add(shape, number, some)
        self._at += count

    def end(self) -> Iterator[tuple[str, ImageDigests]]:
        """Of the splits whose images have one shape."""
        with self._pool:
            for name, one in self._hashing.items():
                if (digests := one.end()) is not None:
                    yield name, digests


def alike(images: Sequence[Tensor]) -> Iterator[Alike]:
    """Images as bytes, those together that follow each other and have one shape."""
    for shape, some in groupby(images, key=lambda one: tuple(one.shape)):
        together = torch.stack(list(some))
        yield shape, len(together), bytes_of(together)


def digest_of(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()


def bytes_of(tensor: Tensor) -> memoryview:
    numbers: Any = tensor.contiguous().view(-1).view(torch.uint8).numpy()
    return memoryview(numbers)
