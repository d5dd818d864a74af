"""Colour changes are torchvision's, within one level of 255 or 1e-6."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from cifar_pipe.data.transforms import colour
from tests.data.transforms.batch import applied, images, rows, transform

FACTORS = torch.tensor([0.0, 0.3, 0.77, 1.0, 1.3, 1.9])
SHIFTS = torch.tensor([-0.5, -0.21, 0.0, 0.1, 0.333, 0.5])
CASES = [
    (colour.brightness, functional.adjust_brightness, FACTORS),
    (colour.contrast, functional.adjust_contrast, FACTORS),
    (colour.saturation, functional.adjust_saturation, FACTORS),
    (colour.hue, functional.adjust_hue, SHIFTS),
]


@pytest.mark.parametrize(("ours", "torchvision_s", "parameters"), CASES)
@pytest.mark.parametrize("channels", [1, 3])
def test_bytes_change_as_in_torchvision(
    ours: Any, torchvision_s: Any, parameters: Tensor, channels: int
) -> None:
    source = torch.Generator().manual_seed(2)
    images = torch.randint(0, 256, (6, channels, 16, 16), dtype=torch.uint8, generator=source)
    found = ours(images, parameters)
    assert found.dtype == torch.uint8
    for image, one, result in zip(images, parameters.tolist(), found, strict=True):
        expected = torchvision_s(image, one)
        difference = (result.int() - expected.int()).abs()
        assert difference.max() <= 1
        assert (difference > 0).float().mean() < 0.01


@pytest.mark.parametrize(("ours", "torchvision_s", "parameters"), CASES)
@pytest.mark.parametrize("channels", [1, 3])
def test_floats_change_as_in_torchvision(
    ours: Any, torchvision_s: Any, parameters: Tensor, channels: int
) -> None:
    images = torch.rand(6, channels, 16, 16, generator=torch.Generator().manual_seed(3))
    found = ours(images, parameters)
    for image, one, result in zip(images, parameters.tolist(), found, strict=True):
        torch.testing.assert_close(result, torchvision_s(image, one), rtol=0, atol=2e-6)


def test_brightness_of_bytes_is_equal_to_the_bit() -> None:
    images = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).expand(6, 3, 16, 16)
    found = colour.brightness(images, FACTORS)
    for image, one, result in zip(images, FACTORS.tolist(), found, strict=True):
        assert torch.equal(result, functional.adjust_brightness(image, one))


def test_grey_pixels_have_no_hue_to_turn() -> None:
    grey = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).repeat(1, 3, 1, 1)
    assert torch.equal(colour.hue(grey, torch.tensor([0.3])), grey)


def test_color_jitter_goes_in_each_image_s_own_order() -> None:
    jitter = transform("ColorJitter", brightness=0.3, contrast=0.3, saturation=[0.5, 2.0], hue=0.2)
    found, uniform, ranges = applied(jitter), rows().uniform(8), colour.jitter_ranges(jitter)
    functions = {
        "brightness": functional.adjust_brightness,
        "contrast": functional.adjust_contrast,
        "saturation": functional.adjust_saturation,
        "hue": functional.adjust_hue,
    }
    for image, row, result in zip(images(), uniform, found, strict=True):
        expected = image
        for column in row[4:].argsort().tolist():
            name = list(functions)[column]
            low, high = ranges[name]
            factor = (low + row[column] * (high - low)).float().item()
            expected = functions[name](expected, factor)
        # One level at each of four changes, which contrast and saturation may stretch.
        difference = (result.int() - expected.int()).abs()
        assert difference.max() <= 5
        assert (difference > 1).float().mean() < 0.01


def test_color_jitter_ranges_are_torchvision_s() -> None:
    jitter = transform("ColorJitter", brightness=1.5, contrast=[0.2, 0.9], hue=0.5)
    of_torchvision = v2.ColorJitter(brightness=1.5, contrast=[0.2, 0.9], hue=0.5)
    assert colour.jitter_ranges(jitter) == {
        "brightness": of_torchvision.brightness,
        "contrast": of_torchvision.contrast,
        "hue": of_torchvision.hue,
    }
