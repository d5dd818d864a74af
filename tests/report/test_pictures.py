from __future__ import annotations

import io

import pytest
import torch
from PIL import Image

from cifar_pipe.report.pictures import GAP, image_row


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.size


@pytest.mark.parametrize(
    ("side", "shown"), [(8, 128), (28, 140), (32, 128), (224, 224), (900, 384)]
)
def test_small_images_are_enlarged_and_large_ones_made_smaller(side: int, shown: int) -> None:
    images = torch.zeros(2, 3, side, side, dtype=torch.uint8)
    width, height = size_of(image_row(images, ["a", "b"]))
    assert width == 2 * (shown + GAP) + GAP
    assert height > shown + 2 * GAP


def test_enlarging_is_crisp() -> None:
    images = torch.zeros(1, 1, 2, 2, dtype=torch.uint8)
    images[0, 0, 0, 0] = 200
    with Image.open(io.BytesIO(image_row(images, ["a"]))) as picture:
        tile = picture.crop((GAP, GAP, GAP + 128, GAP + 128))
        assert set(tile.get_flattened_data()) == {(200, 200, 200), (0, 0, 0)}
        assert tile.getpixel((63, 63)) == (200, 200, 200)
        assert tile.getpixel((64, 64)) == (0, 0, 0)


def test_rows_are_as_even_as_can_be() -> None:
    images = torch.zeros(10, 3, 32, 32, dtype=torch.uint8)
    assert size_of(image_row(images, ["x"] * 10))[0] == 5 * (128 + GAP) + GAP


def test_marks_differ_by_more_than_colour() -> None:
    images = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    grey = []
    for right in (True, False):
        with Image.open(io.BytesIO(image_row(images, ["cat"], marks=[right]))) as picture:
            grey.append(picture.convert("L").point(lambda value: 255 * (value > 180)).tobytes())
    assert grey[0] != grey[1]


def test_long_captions_and_several_lines_fit() -> None:
    images = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    one = size_of(image_row(images, ["a very long caption that does not fit at all"]))
    two = size_of(image_row(images, ["cat 54 %\nis dog"]))
    assert one[0] == two[0]
    assert two[1] > one[1]
