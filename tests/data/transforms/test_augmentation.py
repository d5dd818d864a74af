"""Policies for batches do to each image what torchvision does to it with the same draws."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms.augmentation import OPERATIONS, Plan, done
from tests.data.transforms.batch import COUNT, images, transform

WIDE = v2.TrivialAugmentWide()
BINS = 31


def by_torchvision(name: str, image: Tensor, magnitude: float, settings: Component) -> Tensor:
    fill, interpolation = settings.get("fill"), settings.get("interpolation")
    one = getattr(v2, settings.name)(fill=fill, interpolation=v2.InterpolationMode(interpolation))
    result: Tensor = one._apply_image_or_video_transform(
        image, name, magnitude, interpolation=one.interpolation, fill=one._fill
    )
    return result


def magnitudes_of(name: str, size: int) -> list[float]:
    """All those of the widest space, with both signs; -1 to 8 bits for Posterize."""
    space = {**v2.AutoAugment()._AUGMENTATION_SPACE, **WIDE._AUGMENTATION_SPACE}
    function, signed = space[name]
    found = function(BINS, size, size)
    values = [0.0] if found is None else [float(one) for one in found]
    return [*values, *(-one for one in values)] if signed else values


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "settings",
    [
        transform("RandAugment"),
        transform("RandAugment", interpolation="bilinear"),
        transform("RandAugment", interpolation="bilinear", fill=[100.0]),
        transform("RandAugment", fill=[7.0]),
    ],
    ids=["nearest", "bilinear", "bilinear, filled", "nearest, filled"],
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_torchvision_s(name: str, settings: Component, channels: int) -> None:
    given = images(channels, 16, 16)
    for magnitude in magnitudes_of(name, 16):
        plan = Plan(torch.zeros(COUNT, dtype=torch.int64), torch.full((COUNT,), magnitude).double())
        found = done(given, plan, [name], settings)
        expected = torch.stack(
            [by_torchvision(name, image, magnitude, settings) for image in given]
        )
        assert torch.equal(found, expected), magnitude
