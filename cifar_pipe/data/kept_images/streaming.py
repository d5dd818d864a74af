"""Images that are decoded for each batch, as neither memory nor a disk holds all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.data.image_files.parts import Part
from cifar_pipe.data.image_files.reader import ImageReader, without_warnings
from cifar_pipe.data.image_files.unusable import Unusable, UnusableFiles
from cifar_pipe.data.stored_images import Shape, Streamed
from cifar_pipe.profiling import timed_calls

_BLOCK = 16  # files that a thread takes at once


def streamed(part: Part, reader: ImageReader, seen: Mapping[str, Any]) -> tuple[Streamed, bool]:
    """The images of the part, and whether they have gone through its first transforms; `seen` is what
    reading all files has shown. A file that cannot be read any more raises UnusableFiles when it is asked for.
    """
    shapes = {tuple(shape): at for shape, at in seen["shapes"]}
    # Images of many sizes that these make larger have no batch to go through them.
    ready = part.prefix is not None and (seen["early"] or len(shapes) > 1)
    change = part.prefix if ready else None
    if change is not None:
        made: dict[Shape, int] = {}
        for shape, at in shapes.items():
            made.setdefault(tuple(change(torch.zeros(shape, dtype=torch.uint8)).shape), at)
        shapes = made
    pool = ThreadPoolExecutor()

    def block(indices: Sequence[int]) -> list[Tensor]:
        images = []
        for image in reader.read_block([part.files[index] for index in indices]):
            if isinstance(image, Unusable):
                raise UnusableFiles([image])
            images.append(change(image) if change is not None else image)
        return images

    in_thread = timed_calls("decode", block)

    def decode(indices: Sequence[int]) -> list[Tensor]:
        blocks = [indices[at : at + _BLOCK] for at in range(0, len(indices), _BLOCK)]
        with without_warnings():
            return [image for images in pool.map(in_thread, blocks) for image in images]

    return Streamed(len(part.files), decode, shapes), ready
