"""Random: noise with random targets."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.data.reading import Reading
from cifar_pipe.data.store import Split, Splits


def draw_random(dataset: Component, reading: Reading) -> Splits:
    """float32 images of the declared shape; int64 classes, or float32 targets `[N, *target_shape]`
    of the images' distribution. All follow from the seed.
    """
    facts = data_facts(dataset)
    generator = Generator().manual_seed(reading.seed)

    def split(name: str) -> Split:
        count = dataset.get(name)
        shape = (count, *dataset.get("image_shape"))
        images = _draw(dataset)(shape, generator=generator)
        return Split(name, images, _targets(dataset, count, generator))

    return Splits({name: split(name) for name in ("train", "test")}, facts.classes or ())


def _draw(dataset: Component) -> Callable[..., Tensor]:
    return torch.rand if dataset.get("distribution") == "uniform" else torch.randn


def _targets(dataset: Component, count: int, generator: Generator) -> Tensor:
    target_shape = dataset.get("target_shape")
    if target_shape is not None:
        return _draw(dataset)((count, *target_shape), generator=generator)
    return torch.randint(dataset.get("num_classes"), (count,), generator=generator)
