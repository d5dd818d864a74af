"""Decodes image files to uint8 tensors, as torchvision's ImageFolder sees them: three channels, RGB.

JPEGs of one or three components go through torchvision's decoder, a block of files in one call: a
third of Pillow's time for images of 32x32, and the same bytes. It is deprecated since torchvision
0.29; where it is gone, and for every other file, Pillow decodes.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.thread_pool import in_threads
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.errors import DataBroken

_BLOCK = 128  # files that a thread takes at once
_JPEG = b"\xff\xd8\xff"

Prefix = Callable[[Tensor], Tensor]


def decode_files(
    paths: Sequence[str],
    prefix: Prefix | None,
    context: Context,
    *,
    label: str,
    expected: tuple[int, ...] | None = None,
) -> Tensor | list[Tensor]:
    """uint8 `[N, 3, H, W]` after `prefix`, or a list of `[3, h, w]` where the sizes vary.

    Raises DataBroken with the first file that is not an image, or whose shape `[3, h, w]` is not
    the `expected` one.
    """
    # Images of the first one's size go into one tensor from the start; the others beside it.
    first = decode_file(paths[0], prefix)
    same = torch.empty((len(paths), *first.shape), dtype=torch.uint8)
    others: dict[int, Tensor] = {}

    def fill(block: range) -> int:
        images = _decoded([paths[index] for index in block])
        for index, image in zip(block, images, strict=True):
            if expected is not None and tuple(image.shape) != expected:
                raise DataBroken(
                    f"{paths[index]} is {list(image.shape)} (channels, height, width), "
                    f"and image_shape says {list(expected)}",
                    help="leave image_shape out, and put a Resize into the transforms if sizes differ",
                )
            ready = prefix(image) if prefix else image
            if ready.shape == first.shape:
                same[index] = ready
            else:
                others[index] = ready
        return len(block)

    blocks = [range(at, min(at + _BLOCK, len(paths))) for at in range(0, len(paths), _BLOCK)]
    with _without_deprecation_warning():
        in_threads(fill, blocks, context, label=label, total=len(paths))
    return [others.get(index, same[index]) for index in range(len(paths))] if others else same


def decode_file(path: str | Path, prefix: Prefix | None = None) -> Tensor:
    """One image, uint8 `[3, h, w]` after `prefix`."""
    with _without_deprecation_warning():
        [image] = _decoded([path])
    return prefix(image) if prefix else image


@contextlib.contextmanager
def _without_deprecation_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The image decoding and encoding capabilities")
        yield


def _decoded(paths: Sequence[str | Path]) -> list[Tensor]:
    contents = []
    for path in paths:
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - Path.open takes three times as long
                contents.append(file.read())
        except OSError as error:
            raise DataBroken(f"{path} cannot be read: {error.strerror or error}") from error
    return [
        _by_pillow(path, content) if image is None else image
        for path, content, image in zip(paths, contents, _jpegs(contents), strict=True)
    ]


def _jpegs(contents: Sequence[bytes]) -> Sequence[Tensor | None]:
    """None for what Pillow has to do: all, if one of them is not a JPEG or cannot be decoded, and
    the JPEGs of four components, whose colours Pillow knows how to convert.
    """
    by_pillow = [None] * len(contents)
    if not all(content.startswith(_JPEG) for content in contents):
        return by_pillow
    try:
        from torchvision.io import decode_jpeg  # noqa: PLC0415 (imports all of torchvision)
    except ImportError:
        return by_pillow
    # A bytearray, because torch warns of memory that it must not write to.
    buffers = [torch.frombuffer(bytearray(one), dtype=torch.uint8) for one in contents]
    try:
        decoded = decode_jpeg(buffers)
    except RuntimeError:
        return by_pillow
    return [image.expand(3, -1, -1) if len(image) in (1, 3) else None for image in decoded]


def _by_pillow(path: str | Path, content: bytes) -> Tensor:
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            # Pillow warns of a palette with transparency in bytes; RGB has none. Nothing is
            # converted where nothing changes, as `convert` copies.
            image.info.pop("transparency", None)
            rgb = image if image.mode == "RGB" else image.convert("RGB")
            pixels: Tensor = v2.functional.pil_to_tensor(rgb)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "its content is not an image" if unknown else str(error)
        raise DataBroken(
            f"{path} cannot be decoded: {reason if content else 'it is empty'}",
            help="repair the file, or take it out of the folder",
        ) from error
    return pixels.contiguous()
