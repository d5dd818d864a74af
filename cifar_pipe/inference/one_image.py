"""An image as programs have it: a file, what is in one, an image of Pillow's, or a tensor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike, fspath

import torch
from PIL import Image
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.errors import UsageError
from cifar_pipe.inference.inputs import reader_of

OneImage = str | PathLike[str] | bytes | Image.Image | Tensor


@dataclass(frozen=True)
class ImageSource:
    """Gives images as tensors uint8 `[3, h, w]`. Threads may share it."""

    reader: ImageReader

    @classmethod
    def of(cls, dataset: Component) -> ImageSource:
        """As the dataset's arguments say, where it reads image files."""
        return cls(reader_of(dataset))

    def one(self, image: OneImage) -> Tensor | Unusable:
        """As `read` gives it."""
        return next(self.read([image]))

    def read(self, images: Sequence[OneImage]) -> Iterator[Tensor | Unusable]:
        """In their order. Raises UsageError for what is no image, UnusableFiles for one of Pillow's
        whose range of values is not known.

        Decoders warn: the caller has `without_warnings`, which holds for all threads.
        """
        files = [fspath(one) for one in images if isinstance(one, str | PathLike)]
        read = self.reader.read_block(files)
        for one in images:
            match one:
                case str() | PathLike():
                    yield next(read)
                case bytes():
                    yield self.reader.decode(one)
                case Image.Image():
                    yield self.reader.convert(one)
                case _:
                    yield _checked(one)


def images_of(given: OneImage | Iterable[OneImage]) -> list[OneImage]:
    """One image, or several: a tensor of four dimensions is several."""
    if isinstance(given, str | PathLike | bytes | Image.Image) or (
        isinstance(given, Tensor) and given.ndim == 3
    ):
        return [given]
    return [*given]


def _checked(image: object) -> Tensor:
    """uint8 `[3, h, w]`."""
    if not isinstance(image, Tensor):
        message = f"an image is a path, bytes of a file, one of Pillow's or a tensor, not {type(image).__name__}"
        raise UsageError(message, help="PIL.Image.fromarray makes an image of an array")
    if image.ndim != 3 or len(image) not in (1, 3) or image.dtype != torch.uint8:
        found = f"{str(image.dtype).removeprefix('torch.')} {list(image.shape)}"
        raise UsageError(f"an image is uint8 [3, h, w] or [1, h, w], not {found}")
    return image.expand(3, -1, -1)
