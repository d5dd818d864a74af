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
from cifar_pipe.data.store import Split

# Bytes that one thread hashes at a time.
_CHUNK = 1 << 22


def data_digest(data: Data) -> str:
    """The sha256 over images, labels and class names of every split, and how they become batches.

    It does not depend on the number of threads that compute it, nor on the names of files.
    """
    with ThreadPoolExecutor() as pool:
        parts = [[name, *_of_split(split, pool)] for name, split in data.splits.items()]
    whole = [parts, list(data.classes), data.baked, _batching(data.batching)]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _of_split(split: Split, pool: ThreadPoolExecutor) -> Iterator[object]:
    images = split.images
    if not isinstance(images, Tensor | list):
        images = images.at(torch.arange(len(split)))
    tensors = images if isinstance(images, list) else [images]
    yield isinstance(images, list)
    yield [[str(one.dtype), list(one.shape)] for one in (*tensors, split.labels)]
    chunks = (chunk for one in (*tensors, split.labels) for chunk in _chunks(one))
    yield list(pool.map(lambda chunk: hashlib.sha256(chunk).hexdigest(), chunks))


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
