"""The first filters of a network as a picture."""

from __future__ import annotations

import io

import torch
from PIL import Image
from torch import nn

from cifar_pipe.report.looks.filters import first_filters


def picture(network: nn.Module) -> Image.Image:
    content = first_filters(network)
    assert content is not None
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_each_filter_is_a_tile_whose_grey_is_zero() -> None:
    convolution = nn.Conv2d(3, 2, 2)
    with torch.no_grad():
        convolution.weight.zero_()
        convolution.weight[0, 0, 0, 0] = 0.5
        convolution.weight[1, :, 1, 1] = -3.0
    found = picture(nn.Sequential(convolution))
    assert found.size == (2 * 52 - 4, 48)
    assert found.getpixel((5, 5)) == (255, 128, 128)
    assert found.getpixel((40, 40)) == (128, 128, 128)
    assert found.getpixel((52 + 40, 40)) == (0, 0, 0)


def test_many_filters_are_in_rows_of_sixteen() -> None:
    assert picture(nn.Conv2d(1, 100, 3)).size == (16 * 52 - 4, 4 * 52 - 4)


def test_only_filters_of_several_pixels_over_colours_are_shown() -> None:
    assert first_filters(nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3))) is None
    assert first_filters(nn.Linear(3, 2)) is None
