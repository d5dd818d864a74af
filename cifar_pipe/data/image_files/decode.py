"""Reads all image files of a split in threads, and keeps those that cannot be used for the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from cifar_pipe.data.image_files.memory import Memory
from cifar_pipe.data.image_files.reader import ImageReader, without_warnings
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.data.thread_pool import Watch, in_threads
from cifar_pipe.profiling import timed_calls

BLOCK = 128  # files that a thread takes at once


class Sizes(Protocol):
    """What the pipeline says of the sizes of images; a SizeCheck is one."""

    def unusable(self, path: str, shape: tuple[int, ...]) -> Unusable | None: ...


Prefix = Callable[[Tensor], Tensor]


def for_each_image(
    paths: Sequence[str],
    reader: ImageReader,
    sizes: Sizes,
    use: Callable[[int, Tensor], None],
    watch: Watch,
    *,
    label: str,
) -> list[Unusable]:
    """Gives each image, uint8 `[3, h, w]`, with its index in `paths` to `use`, in any order; returns
    the files that cannot be read or have a size that the pipeline cannot use.
    """
    unusable: list[Unusable] = []

    def read(block: range) -> int:
        for index, image in usable(paths, block, reader, sizes, unusable):
            use(index, image)
        return len(block)

    blocks = [range(at, min(at + BLOCK, len(paths))) for at in range(0, len(paths), BLOCK)]
    with without_warnings():
        in_threads(timed_calls("decode", read), blocks, watch, label=label, total=len(paths))
    return unusable


def usable(
    paths: Sequence[str],
    block: range,
    reader: ImageReader,
    sizes: Sizes,
    unusable: list[Unusable],
) -> Iterator[tuple[int, Tensor]]:
    """The images of a block of the files, with their indices in `paths`; those that cannot be used are
    added to `unusable`. The caller has `without_warnings`.
    """
    images = reader.read_block([paths[index] for index in block])
    for index, image in zip(block, images, strict=True):
        wrong = image if isinstance(image, Unusable) else _wrong_size(paths[index], image, sizes)
        if wrong is not None:
            unusable.append(wrong)
        elif isinstance(image, Tensor):
            yield index, image


def first_usable(paths: Sequence[str], reader: ImageReader, sizes: Sizes) -> Tensor | None:
    """The first of the files that can be used, without a note of what the reader saw."""
    reader = replace(reader, animated=[], transparent=[])
    with without_warnings():
        for path in paths:
            [image] = reader.read_block([path])
            if isinstance(image, Tensor) and _wrong_size(path, image, sizes) is None:
                return image
    return None


def _wrong_size(path: str, image: Tensor, sizes: Sizes) -> Unusable | None:
    return sizes.unusable(path, tuple(image.shape))


@dataclass
class ImageStore:
    """Images as they are read: those of the first one's size in one tensor, whose memory is counted
    already, the others beside it.
    """

    count: int
    first: Tensor
    memory: Memory
    prefix: Prefix | None = None

    def __post_init__(self) -> None:
        ready = self.prefix(self.first) if self.prefix else self.first
        self._same = torch.empty((self.count, *ready.shape), dtype=torch.uint8)
        self._others: dict[int, Tensor] = {}

    def put(self, index: int, image: Tensor) -> None:
        ready = self.prefix(image) if self.prefix else image
        if ready.shape == self._same.shape[1:]:
            self._same[index] = ready
        else:
            self.memory.take(ready.numel(), "images of different sizes")
            self._others[index] = ready

    @property
    def images(self) -> Tensor | list[Tensor]:
        """uint8 `[N, 3, H, W]`, or a list of `[3, h, w]` where the sizes vary."""
        if not self._others:
            return self._same
        return [self._others.get(index, self._same[index]) for index in range(self.count)]
