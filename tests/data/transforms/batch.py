"""A batch of 24 images, and what they draw, for the tests of transforms."""

from __future__ import annotations

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws, Rows

COUNT = 24
INDICES = torch.arange(COUNT)


def transform(name: str, **arguments: object) -> Component:
    return make("transform", name, **arguments)


def images(channels: int = 3, height: int = 16, width: int = 16) -> Tensor:
    source = torch.Generator().manual_seed(6)
    return torch.randint(
        0, 256, (COUNT, channels, height, width), dtype=torch.uint8, generator=source
    )


def draws() -> Draws:
    return Draws(seed=1, epoch=2, count=COUNT)


def rows() -> Rows:
    return Rows(draws(), 0, INDICES)


def applied(*transforms: Component, to: Tensor | None = None) -> Tensor:
    found = compile_chain(transforms)(images() if to is None else to, INDICES, draws())
    assert isinstance(found, Tensor)
    return found
