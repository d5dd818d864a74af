"""Images that are decoded for each batch, as neither memory nor a disk holds all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from math import prod
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.data.image_files.parts import Part
from cifar_pipe.data.image_files.reader import ImageReader, without_warnings
from cifar_pipe.data.image_files.unusable import Unusable, UnusableFiles
from cifar_pipe.data.stored_images import Streamed
from cifar_pipe.profiling import timed_calls

_BLOCK = 16  # files that a thread takes at once
# Bytes of images that a thread has decoded and not yet handed out: what stays in its cache.
_AT_ONCE = 1 << 17
_OTHER = "has another size than when the run began", "run again: all files are looked at"


def streamed(part: Part, reader: ImageReader, seen: Mapping[str, Any]) -> tuple[Streamed, bool]:
    """The images of the part, and whether they have gone through its first transforms; `seen` is what
    reading all files has shown. A file that cannot be read any more raises UnusableFiles when it is asked for.
    """
    sizes = shapes = {tuple(shape): at for shape, at in seen["shapes"]}
    # Images of many sizes that these make larger have no batch to go through them.
    ready = part.prefix is not None and (seen["early"] or len(shapes) > 1)
    change = part.prefix if ready else None
    each = [*sizes]
    if change is not None:
        each = [tuple(change(torch.zeros(shape, dtype=torch.uint8)).shape) for shape in sizes]
        shapes = {}
        for shape, at in zip(each, sizes.values(), strict=True):
            shapes.setdefault(shape, at)
    of_each = [each[number] for number in seen["each"]] if "each" in seen else None
    workers = os.cpu_count() or 1
    pool = ThreadPoolExecutor(workers)
    together = max(1, _AT_ONCE // max(map(prod, sizes)))

    def block(indices: Sequence[int], first: int, use: Callable[[int, Tensor], None]) -> None:
        for start in range(0, len(indices), together):
            paths = [part.files[index] for index in indices[start : start + together]]
            for place, image in enumerate(reader.read_block(paths)):
                if isinstance(image, Unusable):
                    raise UnusableFiles([image])
                if tuple(image.shape) not in sizes:
                    raise UnusableFiles([Unusable(paths[place], *_OTHER)])
                use(first + start + place, change(image) if change is not None else image)

    in_thread = timed_calls("decode", block)

    def decode(indices: Sequence[int], use: Callable[[int, Tensor], None]) -> None:
        each = min(_BLOCK, max(1, len(indices) // (2 * workers)))
        starts = range(0, len(indices), each)
        blocks = [indices[start : start + each] for start in starts]
        with without_warnings():
            for _ in pool.map(in_thread, blocks, starts, repeat(use)):
                pass

    return Streamed(len(part.files), decode, shapes, of_each), ready
