"""What stands for data: equal where a network would see the same images, labels and batches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.packages import packages_in
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.store import Split, StoredImages

# Bytes that one thread hashes at a time.
_CHUNK = 1 << 22
# Of images that are not in memory.
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
    if isinstance(split.images, Tensor | list):
        tensors = split.images if isinstance(split.images, list) else [split.images]
        described: list[list[object]] = [[str(one.dtype), list(one.shape)] for one in tensors]
        digests = list(pool.map(_digest, (chunk for one in tensors for chunk in _chunks(one))))
    else:
        described, digests = _of_stored(split.images, pool)
    labels = split.labels
    yield isinstance(split.images, list) or len(described) > 1
    yield [*described, [str(labels.dtype), list(labels.shape)]]
    yield [*digests, *map(_digest, _chunks(labels))]


def _of_stored(
    images: StoredImages, pool: ThreadPoolExecutor
) -> tuple[list[list[object]], list[str]]:
    """As if all were in memory, of which there are a few at a time."""
    alike, count = len(images.first_of_each_shape()) == 1, len(images)
    shapes: list[list[int]] = []
    digests: list[str] = []
    left = bytearray()
    step = max(1, _MOST_AT_ONCE // images[0].numel())
    for start in range(0, count, step):
        some = images.at(torch.arange(start, min(start + step, count)))
        if not alike:
            shapes += [list(one.shape) for one in some]
            digests += pool.map(_digest, [chunk for one in some for chunk in _chunks(one)])
            continue
        for chunk in _chunks(torch.as_tensor(some)):
            left += chunk
        whole = len(left) // _CHUNK * _CHUNK if start + step < count else len(left)
        with memoryview(left[:whole]) as ready:
            parts = [ready[at : at + _CHUNK] for at in range(0, whole, _CHUNK)]
            digests += pool.map(_digest, parts)
            for part in parts:
                part.release()
        del left[:whole]
    described = shapes if not alike else [[count, *images[0].shape]]
    return [["torch.uint8", shape] for shape in described], digests


def _digest(content: memoryview) -> str:
    return hashlib.sha256(content).hexdigest()


def _chunks(tensor: Tensor) -> Iterator[memoryview]:
    numbers: Any = tensor.contiguous().view(-1).view(torch.uint8).numpy()
    content = memoryview(numbers)
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


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
