"""Decoded images in one file, which later runs map: it is verified when it is opened, and never changed.

    images        uint8, one after the other, each [C, h, w]
    sizes         int32 [N, 3], where the images differ in theirs
    description   JSON: their number and shape, checksums of what is above, and what was seen of the files
    end           the length and the sha256 of the description, and MAGIC

A file is written beside and renamed. Who has one open holds a lock on it, which `gc` looks for.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cifar_pipe import disk
from cifar_pipe.files import write_with

# In the store of a project's runs.
IMAGES = "images"
SUFFIX = ".images"
FORMAT = 1
MAGIC = b"cifarimg"
_END = struct.Struct("<q32s8s")
# Bytes under one checksum: threads verify several at once.
_CHUNK = 1 << 22
# What is written is sent to the disk so often, while others decode; at the end little is left.
_SYNCED = 1 << 25

Shape = tuple[int, ...]


class DamagedImages(Exception):  # noqa: N818
    """A file that is not what was written; the message says so."""


@dataclass(frozen=True, slots=True)
class Description:
    """Of `count` images of one shape, or of none in common where it is None; `bytes` is what they take
    together. `seen` is what the writer wanted to know again, as JSON has it.
    """

    count: int
    shape: Shape | None
    bytes: int
    seen: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An open file. `content` is mapped, to be read only; the file is in use as long as it is referred to.
    `sizes` are those of the images, three after three, where they differ.
    """

    path: Path
    description: Description
    content: mmap.mmap
    sizes: array[int] | None


# A shape, how many images there are of it, one after the other, and their bytes.
Alike = tuple[Shape, int, bytes | memoryview]


def write_images(
    path: Path, images: Iterable[Alike], seen: Callable[[], Mapping[str, Any]]
) -> None:
    """Writes the images in their order; `seen` is asked for when all of them have come.

    Raises OutputError where the disk is full or the place cannot be written, and what `images` raises:
    then nothing is left.
    """
    write_with(path, lambda file: _write(file, images, seen))


def _write(file: IO[bytes], images: Iterable[Alike], seen: Callable[[], Mapping[str, Any]]) -> None:
    content = _Content(file)
    sizes, shapes = array("i"), set()
    for shape, count, pixels in images:
        shapes.add(shape)
        sizes.extend(shape * count)
        content.add(pixels)
    whole = content.bytes
    alike = len(shapes) == 1
    if not alike:
        content.add(_little_endian(sizes).tobytes())
    content.end()
    described = json.dumps(
        {
            "format": FORMAT,
            "count": len(sizes) // 3,
            "shape": list(shapes.pop()) if alike else None,
            "bytes": whole,
            "seen": seen(),
            "crc32": content.checksums,
        }
    ).encode()
    end = _END.pack(len(described), hashlib.sha256(described).digest(), MAGIC)
    file.write(described + end)


class _Content:
    """What is under checksums, chunk by chunk."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._checksum = self._in_chunk = self._unsynced = 0
        self.bytes = 0
        self.checksums: list[int] = []

    def add(self, content: bytes | memoryview) -> None:
        left = memoryview(content)
        self._file.write(left)
        self.bytes += len(left)
        while left:
            part, left = left[: _CHUNK - self._in_chunk], left[_CHUNK - self._in_chunk :]
            self._checksum = zlib.crc32(part, self._checksum)
            self._in_chunk += len(part)
            if self._in_chunk == _CHUNK:
                self._next_chunk()

    def end(self) -> None:
        if self._in_chunk:
            self._next_chunk()

    def _next_chunk(self) -> None:
        self.checksums.append(self._checksum)
        self._unsynced += self._in_chunk
        self._checksum = self._in_chunk = 0
        if self._unsynced >= _SYNCED:
            self._unsynced = 0
            self._file.flush()
            disk.sync(self._file.fileno())


def open_images(path: Path, *, verify: bool = True) -> ImageFile:
    """Maps the file, when all of it is verified; who has just written it need not. Raises
    FileNotFoundError, OSError where it cannot be read, and DamagedImages.
    """
    with path.open("rb") as file:
        in_use(file.fileno())
        size = os.fstat(file.fileno()).st_size
        if size < _END.size:
            raise DamagedImages(f"{path} is cut off")
        # The lock is that of the open file, and the map has it open as well.
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        return _described(path, content, verify=verify)
    except (ValueError, KeyError, TypeError, RecursionError, struct.error) as error:
        raise DamagedImages(f"{path} is not what was written") from error


def _described(path: Path, content: mmap.mmap, *, verify: bool) -> ImageFile:
    """Raises DamagedImages, and ValueError and others for what is no description."""
    length, digest, magic = _END.unpack(content[-_END.size :])
    start = len(content) - _END.size - length
    if magic != MAGIC or not 0 <= start <= len(content) - _END.size:
        raise DamagedImages(f"{path} is not what was written")
    described = content[start : start + length]
    if hashlib.sha256(described).digest() != digest:
        raise DamagedImages(f"{path} is not what was written")
    found = json.loads(described)
    if found["format"] != FORMAT:
        raise DamagedImages(f"{path} was written by another version")
    if verify and _checksums(content, start) != found["crc32"]:
        raise DamagedImages(f"{path} is not what was written")
    count, shape, whole = found["count"], found["shape"], found["bytes"]
    sizes = None
    if shape is None:
        sizes = array("i")
        sizes.frombytes(content[whole:start])
        _little_endian(sizes)
    shape = tuple(shape) if shape is not None else None
    return ImageFile(path, Description(count, shape, whole, found["seen"]), content, sizes)


def _checksums(content: mmap.mmap, end: int) -> list[int]:
    with memoryview(content) as whole, ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = [whole[at : min(at + _CHUNK, end)] for at in range(0, end, _CHUNK)]
        found = list(pool.map(zlib.crc32, parts))
        for part in parts:
            part.release()
        return found


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


if sys.platform == "win32":
    # A mapped file cannot be deleted there.
    def in_use(handle: int) -> None:
        """Locks an open file against `gc` until it is closed by all that have it."""

    def is_in_use(path: Path) -> bool:
        """Whether a process has the file open that may read it later."""
        return not path.exists()

else:
    import fcntl

    def in_use(handle: int) -> None:
        """Locks an open file against `gc` until it is closed by all that have it."""
        # Some network file systems have no locks.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH)

    def is_in_use(path: Path) -> bool:
        """Whether a process has the file open that may read it later."""
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
