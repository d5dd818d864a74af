"""The order of an epoch's training images: a pure function of (seed, epoch) and the labels."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.data.transforms.randomness import generator, order
from cifar_pipe.errors import RunError

Sampler = Callable[..., Tensor]


def sampled(sampler: Component, labels: Tensor, *, seed: int, epoch: int) -> Tensor:
    """Indices of images, int64; some may appear several times. `labels` are int64 `[N]`."""
    draw: Sampler = resolve(sampler.entry)
    return draw(labels, seed, epoch, **dict(sampler.arguments))


def weighted(
    labels: Tensor,
    seed: int,
    epoch: int,
    *,
    weights: list[float] | str,
    num_samples: int | None,
    replacement: bool,
) -> Tensor:
    """As torch.utils.data.WeightedRandomSampler draws them, with a weight per class.

    Raises RunError where no image has a weight above 0.
    """
    if isinstance(weights, str):
        counts = torch.bincount(labels).double()
        per_class = torch.where(counts > 0, 1 / counts, 0.0)
    else:
        per_class = torch.tensor(weights, dtype=torch.float64)
    source = generator("order", seed, epoch)
    per_image = per_class[labels]
    if not per_image.any():
        raise RunError(
            "the sampler takes no image: the classes with a weight above 0 have none",
            help="give a class that has training images a weight above 0",
        )
    return torch.multinomial(per_image, num_samples or len(labels), replacement, generator=source)


def repeated(labels: Tensor, seed: int, epoch: int, *, num_repeats: int) -> Tensor:
    """A new order each epoch, each image `num_repeats` times in a row, cut off at one epoch's length."""
    count = len(labels)
    return order(count, seed=seed, epoch=epoch).repeat_interleave(num_repeats)[:count]
