"""MixUp and CutMix: each image of a batch with the one before it, as torchvision's v2 mixes them.

Images are float32 `[N, C, H, W]`, labels int64 `[N]`; labels become shares of the classes, float32
`[N, classes]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms.randomness import seed_of

Batch = tuple[Tensor, Tensor]
Box = tuple[slice, slice]


def mixed(transform: Component, batch: Batch, *, classes: int, place: tuple[int, ...]) -> Batch:
    """The batch after MixUp or CutMix; what is drawn is made from `place` (seed, epoch, batch) alone."""
    images, labels = batch
    draws = np.random.default_rng(seed_of("mix", *place))
    share = float(draws.beta(transform.get("alpha"), transform.get("alpha")))
    images, share = _MIXERS[transform.name](images, share, draws)
    shares = F.one_hot(labels, classes).float()
    return images, blended(shares, share)


def blended(tensor: Tensor, share: float) -> Tensor:
    """`share` of each element along the first dimension, and the rest of the one before it."""
    return tensor.roll(1, 0).mul_(1 - share).add_(tensor * share)


def with_box(images: Tensor, box: Box) -> Tensor:
    """The images with the box (rows, columns) of the one before."""
    result = images.clone()
    rows, columns = box
    result[..., rows, columns] = images.roll(1, 0)[..., rows, columns]
    return result


def box_of(share: float, centre: tuple[int, int], size: tuple[int, int]) -> tuple[Box, float]:
    """The box around `centre` (row, column) that leaves about `share` of an image of `size`
    (height, width), cut off at the edges, and what it leaves exactly.
    """
    half = 0.5 * (1 - share) ** 0.5
    rows, columns = (
        slice(max(middle - int(half * side), 0), min(middle + int(half * side), side))
        for middle, side in zip(centre, size, strict=True)
    )
    area = (rows.stop - rows.start) * (columns.stop - columns.start)
    return (rows, columns), 1 - area / (size[0] * size[1])


def _mixup(images: Tensor, share: float, _: np.random.Generator) -> tuple[Tensor, float]:
    return blended(images, share), share


def _cutmix(images: Tensor, share: float, draws: np.random.Generator) -> tuple[Tensor, float]:
    height, width = images.shape[-2:]
    centre = int(draws.integers(height)), int(draws.integers(width))
    box, left = box_of(share, centre, (height, width))
    return with_box(images, box), left


_MIXERS: Mapping[str, Callable[[Tensor, float, np.random.Generator], tuple[Tensor, float]]] = {
    "MixUp": _mixup,
    "CutMix": _cutmix,
}
