"""Random: noise with random targets."""

from __future__ import annotations

import torch
from torch import Generator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.context import Context
from cifar_pipe.data.store import Split, Splits


def draw_random(dataset: Component, context: Context) -> Splits:
    """float32 images of the declared shape; int64 classes, or float32 targets `[N, *target_shape]`
    of the images' distribution. All of it is drawn from the seed.
    """
    draw = torch.rand if dataset.get("distribution") == "uniform" else torch.randn
    generator = Generator().manual_seed(context.seed)
    classes, target_shape = dataset.get("num_classes"), dataset.get("target_shape")

    def split(name: str) -> Split:
        count = dataset.get(name)
        images = draw((count, *dataset.get("image_shape")), generator=generator)
        if target_shape is None:
            return Split(name, images, torch.randint(classes, (count,), generator=generator))
        return Split(name, images, draw((count, *target_shape), generator=generator))

    by_name = {name: split(name) for name in ("train", "test")}
    return Splits(by_name, data_facts(dataset).classes or ())
