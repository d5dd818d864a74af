"""Golden images are pictures as they were before all transforms."""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image

from cifar_pipe.context import Context
from cifar_pipe.data.load import load
from cifar_pipe.export.goldens import golden_images
from tests.export.kit import data_of

SMALL = "{type: Shapes, image_shape: [3, 12, 12], num_classes: 4, train: 8, test: 9}"


def test_they_are_spread_over_the_test_images(context: Context) -> None:
    data = load(data_of(SMALL, "[ToTensor]"), context)
    found = golden_images(data, data_of(SMALL, "[ToTensor]"), context)
    stored = data.splits["test"].images
    assert all(torch.equal(found[at], stored[index]) for at, index in enumerate((0, 2, 5, 8)))


def test_two_more_have_other_sizes(context: Context) -> None:
    settings = data_of(SMALL, "[ToTensor]")
    found = golden_images(load(settings, context), settings, context)
    assert [tuple(one.shape) for one in found[4:]] == [(3, 24, 19), (3, 8, 12)]


def test_images_that_are_stored_resized_are_loaded_again(context: Context) -> None:
    settings = data_of(SMALL, "[{type: Resize, size: [30, 30]}, ToTensor]")
    found = golden_images(load(settings, context), settings, context)
    assert tuple(found[0].shape) == (3, 12, 12)


def test_grey_data_gives_pictures_of_three_channels(context: Context) -> None:
    settings = data_of(SMALL.replace("[3,", "[1,"), "[ToTensor]")
    found = golden_images(load(settings, context), settings, context)
    assert {len(one) for one in found} == {3}


def test_photographs_are_made_smaller(context: Context, image_folder: Path) -> None:
    for path in image_folder.rglob("*.png"):
        Image.new("RGB", (600, 300), (200, 30, 90)).save(path)
    folder = f"{{type: ImageFolder, root: {image_folder}}}"
    settings = data_of(folder, "[{type: Resize, size: [30, 30]}, ToTensor]")
    found = golden_images(load(settings, context), settings, context)
    assert tuple(found[0].shape) == (3, 128, 256)
