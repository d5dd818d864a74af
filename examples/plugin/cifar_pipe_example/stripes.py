from __future__ import annotations

import torch
from torch import Generator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.data.store import Split, Splits
from cifar_pipe_example.rows import CLASSES


def draw_stripes(dataset: Component, context: Context) -> Splits:
    """uint8 `[N, 3, 16, 16]`, of the seed alone."""
    generator = Generator().manual_seed(context.seed)

    def split(name: str) -> Split:
        count = dataset.get(name)
        labels = torch.randint(2, (count,), generator=generator)
        stripes = 200 * (torch.arange(16) // 2 % 2)
        across, down = (one.expand(16, 16) for one in (stripes[:, None], stripes[None]))
        images = torch.where(labels[:, None, None] == 0, across, down)
        noise = torch.randint(56, (count, 3, 16, 16), generator=generator)
        return Split(name, (images[:, None] + noise).to(torch.uint8), labels)

    return Splits({"train": split("train"), "test": split("test")}, CLASSES)
