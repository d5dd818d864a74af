"""Transforms by torchvision, one image at a time, each with a seed of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.randomness import Rows

# What a YAML names by a word and torchvision by a member of an enumeration.
ENUMERATIONS = {"interpolation": "InterpolationMode", "policy": "AutoAugmentPolicy"}


def torchvision_object(transform: Component) -> Callable[[Tensor], Tensor]:
    """The v2 transform itself."""
    given = transform.given
    named: dict[str, Any] = {
        name: getattr(v2, enumeration)(given[name])
        for name, enumeration in ENUMERATIONS.items()
        if name in given
    }
    if "dtype" in given:
        named["dtype"] = getattr(torch, given["dtype"])
    made: Callable[[Tensor], Tensor] = build(transform, **named)
    return made


def one_by_one(transform: Component) -> Callable[[Tensor, Rows], Tensor | list[Tensor]]:
    """A step for what has no batch kernel; it gives a list where the results differ in size."""
    change = torchvision_object(transform)

    def step(images_nchw: Tensor, rows: Rows) -> Tensor | list[Tensor]:
        changed = []
        # torchvision draws from torch's global CPU generator, whose state is put back.
        with torch.random.fork_rng(devices=[]):
            for image, seed in zip(images_nchw.unbind(), rows.seeds(), strict=True):
                torch.default_generator.manual_seed(seed)
                changed.append(change(image))
        return together(changed)

    return step


def together(images: list[Tensor]) -> Tensor | list[Tensor]:
    """One tensor where all images have one shape."""
    return torch.stack(images) if len({image.shape for image in images}) == 1 else images
