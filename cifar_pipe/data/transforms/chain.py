"""A list of transforms as one function, for whole batches, each image with its own draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.data.transforms.per_image import together
from cifar_pipe.data.transforms.randomness import Draws, Rows
from cifar_pipe.data.transforms.steps import Step, batch_step, step_of, to_tensor_and_normalize

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
            images = _applied(step, images, Rows(draws, place, indices))
        return images


def compile_chain(transforms: Sequence[Component], *, baked: int = 0) -> Chain:
    """The function of a list, less its first `baked` ones, which are in the stored images already."""
    steps = []
    for place, transform in enumerate(transforms):
        if place < baked or _is_fused(transforms, place, baked):
            continue
        after = transforms[place + 1] if _is_fused(transforms, place + 1, baked) else None
        steps.append((place, to_tensor_and_normalize(after) if after else step_of(transform)))
    return Chain(tuple(steps), all(batch_step(one) is not None for one in transforms[baked:]))


def fixed_prefix(transforms: Sequence[Component]) -> tuple[Change | None, int]:
    """The beginning that gives an image the same result each time, and how many transforms it is.

    The function takes one uint8 image `[C, h, w]` and gives `[C', h', w']`, uint8; None where
    nothing can be done beforehand. `Data` has to know how many are done: `baked`.
    """
    prefix = list(takewhile(lambda transform: transform_facts(transform).storable, transforms))
    if not prefix:
        return None, 0
    steps = [step_of(transform) for transform in prefix]
    nothing = Rows(Draws(0, 0, 1), 0, torch.zeros(1, dtype=torch.int64))

    def change(image_chw: Tensor) -> Tensor:
        images: Batch = image_chw.unsqueeze(0)
        for step in steps:
            images = _applied(step, images, nothing)
        return images[0]

    return change, len(prefix)


def _is_fused(transforms: Sequence[Component], place: int, baked: int) -> bool:
    """Whether this is a Normalize right after a ToTensor: one step does both."""
    return (
        baked < place < len(transforms)
        and transforms[place].name == "Normalize"
        and transforms[place - 1].name == "ToTensor"
    )


def _applied(step: Step, images: Batch, rows: Rows) -> Batch:
    if isinstance(images, Tensor):
        return step(images, rows)
    return together([step(one.unsqueeze(0), rows.one(k))[0] for k, one in enumerate(images)])
