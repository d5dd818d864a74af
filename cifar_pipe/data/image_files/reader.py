"""Decodes image files to uint8 tensors of three channels, RGB, as people see them.

JPEGs of one or three components go through torchvision's decoder, a block of files in one call: a
third of Pillow's time for images of 32x32, and the same bytes. Where it is not there, and for every
other file, Pillow decodes.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.image_files import formats, pixels
from cifar_pipe.data.image_files.jpeg_size import pixels_of
from cifar_pipe.data.image_files.jpegs import decoder
from cifar_pipe.data.image_files.unusable import Unusable, UnusableFiles

_JPEG = b"\xff\xd8\xff"
# Pixels that are decoded in one call, 200 MB: a few hundred bytes may claim 500 MB.
_MOST_AT_ONCE = 1 << 26
# Pillow warns of images of so many pixels, and refuses those of twice as many.
_MOST_PIXELS = 2 * (Image.MAX_IMAGE_PIXELS or 0)
_REPAIR = "repair such files, or take them out of the folder"
_CONVERT = "convert such files to 8 or 16 bits per channel"
_SHRINK = "make such images smaller, or take them out of the folder"

_File = tuple[str, "bytes | Unusable"]


@dataclass
class ImageReader:
    """Reads image files as the dataset says: turned upright by their EXIF orientation or not, and
    with this background under what is transparent. `content` reads them, where they are not files of
    their own.

    `animated` and `transparent` are the files that had frames after the first, and transparent
    pixels: they are filled while files are read. Threads may share a reader.
    """

    apply_exif_orientation: bool = True
    background: pixels.Colour = pixels.WHITE
    content: Callable[[str], bytes] | None = None
    animated: list[str] = field(default_factory=list)
    transparent: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, dataset: Component, content: Callable[[str], bytes] | None = None) -> ImageReader:
        colour = dataset.get("background")
        red, green, blue = colour if isinstance(colour, list) else [colour] * 3
        return cls(dataset.get("apply_exif_orientation"), (red, green, blue), content)

    def notes(self) -> list[str]:
        """What is to be known of the files that were read, a line for each kind."""
        notes = []
        if self.animated:
            notes.append(f"{_counted(self.animated)} several frames or pages: the first is used")
        if self.transparent:
            shown = "white" if self.background == pixels.WHITE else str(list(self.background))
            notes.append(f"{_counted(self.transparent)} transparent pixels: background is {shown}")
        return notes

    def read(self, path: str | Path) -> Tensor:
        """One image, uint8 `[3, h, w]`. Raises UnusableFiles."""
        with without_warnings():
            [image] = self.read_block([path])
        if isinstance(image, Unusable):
            raise UnusableFiles([image])
        return image

    def decode(self, content: bytes, name: str = "image") -> Tensor | Unusable:
        """What a file holds, uint8 `[3, h, w]`, or why it cannot be used.

        The caller has `without_warnings`.
        """
        return next(self._decoded([(name, content)]))

    def convert(self, image: Image.Image, name: str = "image") -> Tensor:
        """An image of Pillow's as one that is read from a file, uint8 `[3, h, w]`. Raises UnusableFiles.

        The caller has `without_warnings`.
        """
        try:
            return self._pixels(name, image)
        except pixels.UnknownRangeError as error:
            raise UnusableFiles([Unusable(name, f"cannot be read: {error}", _CONVERT)]) from error

    def read_block(self, paths: Sequence[str | Path]) -> Iterator[Tensor | Unusable]:
        """Each file's image, uint8 `[3, h, w]`, or why it cannot be used; not more of them at once than
        fit into memory.

        Decoders warn: the caller has `without_warnings`, which holds for all threads.
        """
        group: list[_File] = []
        pixels = 0
        for path in paths:
            content = self._content(path)
            more = (isinstance(content, bytes) and pixels_of(content)) or 0
            if group and pixels + more > _MOST_AT_ONCE:
                yield from self._decoded(group)
                group, pixels = [], 0
            group.append((str(path), content))
            pixels += more
        yield from self._decoded(group)

    def _content(self, path: str | Path) -> bytes | Unusable:
        try:
            if self.content is not None:
                return self.content(str(path))
            # Path.open takes three times as long, and a buffer is one copy more.
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                return file.read()
        except OSError as error:
            help_ = "check the path" if isinstance(error, FileNotFoundError) else _REPAIR
            return Unusable(str(path), f"cannot be read: {error.strerror or error}", help_)

    def _decoded(self, group: Sequence[_File]) -> Iterator[Tensor | Unusable]:
        decoded = iter(self._jpegs([one for _, one in group if isinstance(one, bytes)]))
        for path, content in group:
            if isinstance(content, Unusable):
                yield content
            else:
                image = next(decoded)
                yield self._by_pillow(path, content) if image is None else image

    def _jpegs(self, contents: Sequence[bytes]) -> Sequence[Tensor | None]:
        """None for what Pillow has to do: what is not a JPEG, the JPEGs of four components, whose colours
        Pillow knows how to convert, and all if one of them cannot be decoded.
        """
        found: list[Tensor | None] = [None] * len(contents)
        usual = [index for index, one in enumerate(contents) if _is_usual_jpeg(one)]
        if not usual or (decode := decoder()) is None:
            return found
        # A bytearray, because torch warns of memory that it must not write to.
        buffers = [torch.frombuffer(bytearray(contents[i]), dtype=torch.uint8) for i in usual]
        try:
            decoded = [decode(one, self.apply_exif_orientation) for one in buffers]
        except RuntimeError:
            return found
        for index, image in zip(usual, decoded, strict=True):
            found[index] = image.expand(3, -1, -1) if len(image) in (1, 3) else None
        return found

    def _by_pillow(self, path: str, content: bytes) -> Tensor | Unusable:
        try:
            with Image.open(io.BytesIO(content), formats=formats.formats()) as image:
                return self._pixels(path, image)
        except UnidentifiedImageError:
            return Unusable(path, f"cannot be decoded: {formats.kind_of(content)}", _REPAIR)
        except Image.DecompressionBombError:
            why = f"has more than {_MOST_PIXELS:,} pixels, the most that are read of one image"
            return Unusable(path, why, _SHRINK)
        except pixels.UnknownRangeError as error:
            return Unusable(path, f"cannot be read: {error}", _CONVERT)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - decoders raise what they like of broken files
            return Unusable(path, f"cannot be decoded: {error or type(error).__name__}", _REPAIR)

    def _pixels(self, path: str, image: Image.Image) -> Tensor:
        if pixels.has_frames(image):
            self.animated.append(path)
        image.load()
        seen = pixels.eight_bits(image)
        if self.apply_exif_orientation:
            seen = pixels.upright(seen)
        if (opaque := pixels.flattened(seen, self.background)) is not None:
            self.transparent.append(path)
            seen = opaque
        # Pillow warns of a palette with transparency in bytes; RGB has none. Nothing is converted
        # where nothing changes, as `convert` copies.
        seen.info.pop("transparency", None)
        rgb = seen if seen.mode == "RGB" else seen.convert("RGB")
        return torch.from_numpy(np.array(rgb)).permute(2, 0, 1).contiguous()


def _counted(paths: Sequence[str]) -> str:
    first = shown_name(min(paths))
    return f"{first} has" if len(paths) == 1 else f"{len(paths):,} files such as {first} have"


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """Of torchvision that a decoder is deprecated, of Pillow about odd files that it reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _is_usual_jpeg(content: bytes) -> bool:
    """Whether it begins as a JPEG, and is not one that is too large to open."""
    return content.startswith(_JPEG) and 0 < (pixels_of(content) or 0) <= _MOST_PIXELS
