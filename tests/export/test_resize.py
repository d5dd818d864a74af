"""Resizing by matrices is torchvision's, to the bit."""

from __future__ import annotations

import pytest
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from cifar_pipe.export.resize import (
    Filter,
    ResizeAndCrop,
    Size,
    covering,
    fixed,
    shorter_side,
    unchanged,
)
from tests.export.kit import pictures

SIZES = [(1, 1), (7, 5), (32, 32), (33, 90), (64, 12), (101, 77), (190, 254), (300, 41)]
native = pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"),
    reason="torchvision resizes uint8 images as floats on this CPU",
)


@native
@pytest.mark.parametrize("filter_", ["bilinear", "bicubic"])
@pytest.mark.parametrize("target", [(32, 32), (9, 20), (128, 96)])
def test_bytes_are_equal_to_the_bit(filter_: Filter, target: Size) -> None:
    for image in pictures(*SIZES):
        expected = functional.resize(
            image, [*target], interpolation=InterpolationMode(filter_), antialias=True
        )
        made = ResizeAndCrop(target, fixed(target), filter_)(image.unsqueeze(0))
        assert torch.equal(made[0], expected), image.shape


def test_floats_are_not_rounded() -> None:
    for image in pictures(*SIZES):
        values = image.float() / 255
        expected = functional.resize(values, [10, 14], antialias=True)
        made = ResizeAndCrop((10, 14), fixed((10, 14)))(values.unsqueeze(0))
        torch.testing.assert_close(made[0], expected, rtol=0, atol=1e-6)


@native
def test_the_shorter_side_is_resized_and_the_middle_cropped() -> None:
    for image in pictures(*SIZES):
        resized = functional.resize(image, [24], antialias=True)
        made = ResizeAndCrop((20, 20), shorter_side(24))(image.unsqueeze(0))
        assert torch.equal(made[0], functional.center_crop(resized, [20, 20])), image.shape


def test_what_is_smaller_than_the_crop_is_padded_as_torchvision_does() -> None:
    for image in pictures((5, 5), (40, 6), (7, 50)):
        made = ResizeAndCrop((20, 11), unchanged)(image.unsqueeze(0))
        assert torch.equal(made[0], functional.center_crop(image, [20, 11])), image.shape


def test_an_image_of_the_size_itself_stays_as_it_is() -> None:
    [image] = pictures((32, 32))
    assert torch.equal(ResizeAndCrop((32, 32), covering((32, 32)))(image.unsqueeze(0))[0], image)
