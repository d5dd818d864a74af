"""A list of transforms as one function, for whole batches, each image with its own draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.catalog.images.transform_flow import mixes
from cifar_pipe.data.transforms.per_image import together
from cifar_pipe.data.transforms.randomness import Draws, Rows
from cifar_pipe.data.transforms.steps import Step, step_of, takes_batches, to_tensor_and_normalize

Change = Callable[[Tensor], Tensor]
Batch = Tensor | list[Tensor]


@dataclass(frozen=True)
class Chain:
    """The transforms of one list, compiled.

    `steps` are pairs of a place in the list, which goes into each image's draws, and a step.
    `batchwise` is whether all of them take whole batches, on any device; if not, some images go one
    by one through torchvision, on the CPU.
    """

    steps: tuple[tuple[int, Step], ...]
    batchwise: bool

    def __call__(self, images: Batch, indices: Tensor, draws: Draws) -> Batch:
        """Transforms the images at `indices` (int64 `[n]`, on the CPU) of their split.

        `images` is `[n, C, H, W]`, or a list of `[C, h, w]` where sizes vary; so is the result.
        """
        for place, step in self.steps:
            rows = Rows(draws, place, indices)
            if isinstance(images, Tensor):
                images = step(images, rows)
            else:
                alone = enumerate(images)
                images = together([step(one.unsqueeze(0), rows.one(k))[0] for k, one in alone])
        return images


def compile_chain(transforms: Sequence[Component], *, baked: int = 0) -> Chain:
    """The function of a list, less its first `baked` ones, which are in the stored images already, and
    less what mixes a batch: that is done with the labels.
    """
    transforms = [one for one in transforms if not mixes(one)]
    steps, place = [], baked
    while place < len(transforms):
        here = transforms[place : place + 2]
        if [transform.name for transform in here] == ["ToTensor", "Normalize"]:
            steps.append((place, to_tensor_and_normalize(here[1])))
            place += 2
        else:
            steps.append((place, step_of(here[0])))
            place += 1
    return Chain(tuple(steps), all(map(takes_batches, transforms[baked:])))


def fixed_prefix(transforms: Sequence[Component]) -> tuple[Change | None, int]:
    """The beginning that gives an image the same result each time, and how many transforms it is.

    The function takes one uint8 image `[C, h, w]` and gives `[C', h', w']`, uint8; None where
    nothing can be done beforehand. `Data` has to know how many are done: `baked`.
    """
    prefix = list(takewhile(lambda transform: transform_facts(transform).storable, transforms))
    if not prefix:
        return None, 0
    chain, first = compile_chain(prefix), torch.zeros(1, dtype=torch.int64)
    return lambda image: chain(image.unsqueeze(0), first, Draws(0, 0, 1))[0], len(prefix)
