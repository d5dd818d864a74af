"""What stands for data: equal where a network would see the same images, labels and batches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.packages import packages_in
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.kept_images import digests
from cifar_pipe.data.kept_images.digests import Hashing, ImageDigests, bytes_of, digest_of
from cifar_pipe.data.store import Split, StoredImages

# Bytes of images that are not in memory.
_MOST_AT_ONCE = 1 << 25


def data_digest(data: Data) -> str:
    """The sha256 over images, labels and class names of every split, and how they become batches.

    It does not depend on the number of threads that compute it, nor on the names of files.
    """
    with ThreadPoolExecutor() as pool:
        parts = [[name, *_of_split(split, pool)] for name, split in data.splits.items()]
    whole = [parts, list(data.classes), data.baked, _batching(data.batching)]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _of_split(split: Split, pool: ThreadPoolExecutor) -> Iterator[object]:
    images = split.kept.find() if split.kept is not None else None
    if images is None:
        images = _of_images(split.images, pool)
        if split.kept is not None:
            split.kept.keep(images)
    labels = split.labels
    yield isinstance(split.images, list) or len(images.described) > 1
    yield [*images.described, [str(labels.dtype), list(labels.shape)]]
    yield [*images.digests, *map(digest_of, _chunks(labels))]


def _of_images(
    images: Tensor | list[Tensor] | StoredImages, pool: ThreadPoolExecutor
) -> ImageDigests:
    if not isinstance(images, Tensor | list):
        return _of_stored(images, pool)
    tensors = images if isinstance(images, list) else [images]
    described: list[list[object]] = [[str(one.dtype), list(one.shape)] for one in tensors]
    found = pool.map(digest_of, (chunk for one in tensors for chunk in _chunks(one)))
    return ImageDigests(described, list(found))


def _of_stored(images: StoredImages, pool: ThreadPoolExecutor) -> ImageDigests:
    """As if all were in memory, of which there are a few at a time."""
    alike, count = len(images.first_of_each_shape()) == 1, len(images)
    described: list[list[object]] = []
    found: list[str] = []
    hashing = Hashing(pool)
    step = max(1, _MOST_AT_ONCE // images[0].numel())
    for start in range(0, count, step):
        some = images.at(torch.arange(start, min(start + step, count)))
        if isinstance(some, Tensor) and alike:
            hashing.add(tuple(some.shape[1:]), len(some), bytes_of(some))
        else:
            described += [["torch.uint8", list(one.shape)] for one in some]
            found += pool.map(digest_of, [chunk for one in some for chunk in _chunks(one)])
    return hashing.end() or ImageDigests(described, found)


def _chunks(tensor: Tensor) -> Iterator[memoryview]:
    content = bytes_of(tensor)
    for start in range(0, len(content), digests.CHUNK):
        yield content[start : start + digests.CHUNK]


def _batching(batching: Batching) -> dict[str, object]:
    transforms = batching.transforms
    if isinstance(transforms, Sequence):
        of_split = {"": [*transforms]}
    else:
        of_split = {"train": [*transforms.train], "test": [*transforms.test]}
    lists = {split: _plain(one) for split, one in of_split.items()}
    sampler = batching.sampler.plain() if batching.sampler is not None else None
    settings = batching.batch_size, batching.shuffle, batching.drop_last
    packages = packages_in([of_split, batching.sampler])
    whole = {"transforms": lists, "sampler": sampler, "settings": settings}
    return {**whole, "packages": packages} if packages else whole


def _plain(transforms: Sequence[Component]) -> list[object]:
    return [one.plain() for one in transforms]
