"""Looks at every image of a listing or of loaded data once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.image_files.reader import ImageReader, without_warnings
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.data.store import Split
from cifar_pipe.data.thread_pool import Watch, in_threads
from cifar_pipe.doctor.collection import Bytes, Collection, Picture, Pixels, Skipped
from cifar_pipe.doctor.headers import header_of

SIDE = 32
_BLOCK = 128  # images that a thread takes at once


@dataclass(frozen=True, slots=True)
class ListedFile:
    path: str
    split: str
    label: str | None = None


@dataclass(frozen=True)
class Listing:
    """The image files below a folder, before any is read. `refused` is why loading refuses it, if so."""

    root: Path
    files: Sequence[ListedFile]
    classes: tuple[str, ...]
    skipped: Sequence[Skipped] = ()
    refused: str = ""


def examine_files(listing: Listing, reader: ImageReader, watch: Watch) -> Collection:
    """Files that cannot be read are pictures too, with the reason."""
    pictures = _placed(listing)
    paths = [one.path for one in listing.files]
    thumbnails = np.zeros((len(paths), SIDE, SIDE), np.uint8)

    def look(block: range) -> int:
        images = reader.read_block([paths[index] for index in block])
        for index, image in zip(block, images, strict=True):
            if isinstance(image, Unusable):
                pictures[index] = replace(pictures[index], unusable=image)
            else:
                thumbnails[index] = thumbnail(image)
                file = paths[index] if reader.content is None else reader.content(paths[index])
                pixels, header = pixels_of(image), header_of(file)
                pictures[index] = replace(pictures[index], pixels=pixels, header=header)
        return len(block)

    with without_warnings():
        in_threads(look, _blocks(len(paths)), watch, label="examine", total=len(paths))
    return Collection(
        shown_name(listing.root),
        pictures,
        thumbnails,
        listing.classes,
        listing.skipped,
        listing.refused,
    )


def examine_data(data: Data, name: str, watch: Watch) -> Collection:
    """What was loaded: its files where images have some, else the pixels as they are kept."""
    splits = data.splits.values()
    if all(split.files and Path(split.files[0]).is_file() for split in splits):
        files = [
            ListedFile(path, split.name, label)
            for split in splits
            for path, label in zip(split.files, _labels(split, data.classes), strict=True)
        ]
        root = Path(os.path.commonpath([one.path for one in files]))
        return examine_files(Listing(root, files, data.classes), ImageReader(), watch)
    images = [(split, place) for split in splits for place in range(len(split))]
    pictures = [
        Picture(f"{split.name}[{place}]", split.name, place, label)
        for split in splits
        for place, label in enumerate(_labels(split, data.classes))
    ]
    thumbnails = np.zeros((len(pictures), SIDE, SIDE), np.uint8)

    def look(block: range) -> int:
        for index in block:
            split, place = images[index]
            image = split.images[place]
            thumbnails[index] = thumbnail(image)
            pictures[index] = replace(pictures[index], pixels=pixels_of(image))
        return len(block)

    in_threads(look, _blocks(len(images)), watch, label="examine", total=len(images))
    return Collection(name, pictures, thumbnails, data.classes)


def _labels(split: Split, classes: Sequence[str]) -> Sequence[str | None]:
    """Of each image the name of its class; None where the targets are numbers."""
    return [classes[one] for one in split.labels.tolist()] if classes else [None] * len(split)


def _blocks(total: int) -> list[range]:
    return [range(at, min(at + _BLOCK, total)) for at in range(0, total, _BLOCK)]


def _placed(listing: Listing) -> list[Picture]:
    root, places, pictures = f"{listing.root}/", dict[str, int](), []
    for file in listing.files:
        name, place = file.path.removeprefix(root), places.get(file.split, 0)
        places[file.split] = place + 1
        pictures.append(Picture(shown_name(name), file.split, place, file.label))
    return pictures


def pixels_of(image: Tensor) -> Pixels:
    """Of an image `[C, h, w]` of bytes or floats; sizes are a part of what makes pixels equal."""
    height, width = image.shape[-2:]
    content: Any = image.contiguous().numpy()
    digest = hashlib.blake2b(content, digest_size=16, salt=f"{height}x{width}".encode()[:16])
    flat = image.flatten(1)
    spread = float((flat.amax(1) - flat.amin(1)).max())
    return Pixels(
        (height, width), digest.digest(), int(spread if _is_bytes(image) else spread * 255)
    )


def thumbnail(image: Tensor) -> Bytes:
    """Grey, uint8 `[32, 32]`, of an image `[C, h, w]`; floats are spread over their range."""
    grey = image.float().mean(0)
    if not _is_bytes(image):
        lowest, highest = grey.aminmax()
        grey = 255 * (grey - lowest) / (highest - lowest).clamp(min=1e-12)
    if grey.shape != (SIDE, SIDE):
        small = torch.nn.functional.interpolate(
            grey[None, None], (SIDE, SIDE), mode="bilinear", antialias=True
        )
        grey = small[0, 0].clamp(0, 255)
    made: Bytes = grey.round().to(torch.uint8).numpy()
    return made


def _is_bytes(image: Tensor) -> bool:
    return image.dtype == torch.uint8
