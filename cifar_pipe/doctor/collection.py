"""What is examined: the images of all splits, with what their files and pixels show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cifar_pipe.data.image_files.unusable import Unusable

Bytes = npt.NDArray[np.uint8]

# In this order a network meets them: an image of a later split must not be in an earlier one.
SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Header:
    """What an image file says of itself. `bits` are those of one channel; `turned` is whether its EXIF
    orientation says that it is to be turned; `several` whether it has further frames or pages.
    """

    format: str
    mode: str
    bits: int
    turned: bool
    several: bool
    transparent: bool


@dataclass(frozen=True, slots=True)
class Pixels:
    """`size` is (height, width), `digest` stands for the decoded pixels, `spread` is the greatest
    difference within a channel, 0 to 255.
    """

    size: tuple[int, int]
    digest: bytes
    spread: int


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` is the path below what is examined, or `test[12]` where images have no files. `place` is
    its place in the split. `pixels` are None where it cannot be used, which `unusable` says then;
    `header` where there is no file, or its beginning cannot be read.
    """

    name: str
    split: str
    place: int
    label: str | None
    header: Header | None = None
    pixels: Pixels | None = None
    unusable: Unusable | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that loading does not read, and why not."""

    name: str
    why: str


@dataclass(frozen=True)
class Collection:
    """`thumbnails` are grey, uint8 `[N, 32, 32]`, in the order of `pictures`. `refused` is why
    loading refuses their folder, if it does.
    """

    name: str
    pictures: Sequence[Picture]
    thumbnails: Bytes
    classes: tuple[str, ...]
    skipped: Sequence[Skipped] = ()
    refused: str = ""

    @cached_property
    def splits(self) -> dict[str, list[int]]:
        """The indices of the pictures of each split, in the order of `SPLITS`."""
        found: dict[str, list[int]] = {}
        for index, one in enumerate(self.pictures):
            found.setdefault(one.split, []).append(index)
        known = [name for name in SPLITS if name in found]
        return {name: found[name] for name in (*known, *(one for one in found if one not in known))}

    @cached_property
    def same_pixels(self) -> list[list[int]]:
        """The pictures of each set of equal pixels, those alone too, by the first of each."""
        by_digest: dict[bytes, list[int]] = {}
        for index, one in enumerate(self.pictures):
            if one.pixels is not None:
                by_digest.setdefault(one.pixels.digest, []).append(index)
        return list(by_digest.values())

    def usable(self) -> Iterator[tuple[int, Picture, Pixels]]:
        for index, one in enumerate(self.pictures):
            if one.pixels is not None:
                yield index, one, one.pixels

    def headers(self) -> Iterator[tuple[int, Picture, Header]]:
        for index, one in enumerate(self.pictures):
            if one.header is not None and one.pixels is not None:
                yield index, one, one.header

    def rank(self, index: int) -> int:
        """Of its split: images leak from those of a lower rank."""
        return [*self.splits].index(self.pictures[index].split)
