"""A list of crops, flips and values as moves and a table: the pixels that the transforms give, to the bit."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.moves import Moves, moves_of
from cifar_pipe.data.transforms.randomness import Draws

COUNT, SHAPE = 40, (3, 9, 7)


def transform(name: str, **arguments: object) -> Component:
    return make("transform", name, **arguments)


TENSOR, FLIP = transform("ToTensor"), transform("RandomHorizontalFlip")
NORMALIZE = transform("Normalize", mean=[0.1, 0.2, 0.3], std=[0.3, 0.2, 0.1])
CROP = transform("RandomCrop", size=[8, 7], padding=2)
LISTS = {
    "values": [TENSOR, NORMALIZE],
    "without a normalization": [TENSOR],
    "crop and flip": [CROP, FLIP, TENSOR, NORMALIZE],
    "flip and crop": [FLIP, CROP, TENSOR, NORMALIZE],
    "flip": [transform("RandomHorizontalFlip", p=0.9), TENSOR, NORMALIZE],
    "a smaller crop": [transform("RandomCrop", size=5), TENSOR, NORMALIZE],
    "a crop of floats": [TENSOR, FLIP, CROP, NORMALIZE],
    "a crop of normalized floats": [TENSOR, NORMALIZE, CROP, FLIP],
    "padding for a larger crop": [transform("RandomCrop", size=12, pad_if_needed=True), TENSOR],
}


def moved(moves: Moves, images: Tensor, draws: Draws) -> Tensor:
    rows = moves.of(draws)
    channels, height, width = moves.shape
    found = moves.outside.view(1, -1, 1, 1).repeat(len(images), 1, height, width)
    for n in range(len(images)):
        top, left, step = (0, 0, 1) if rows is None else rows[n].tolist()
        for i in range(height):
            for j in range(width):
                h, w = top + i, left + step * j
                if 0 <= h < images.shape[2] and 0 <= w < images.shape[3]:
                    values = images[n, :, h, w].long()
                    found[n, :, i, j] = moves.table[torch.arange(channels), values]
    return found


@pytest.mark.parametrize("transforms", LISTS.values(), ids=LISTS.keys())
def test_moves_and_values_are_those_of_the_transforms(transforms: list[Component]) -> None:
    source = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (COUNT, *SHAPE), dtype=torch.uint8, generator=source)
    moves = moves_of(transforms, SHAPE)
    assert moves is not None
    expected = compile_chain(transforms)(images, torch.arange(COUNT), Draws(3, 1, COUNT))
    assert torch.equal(moved(moves, images, Draws(3, 1, COUNT)), expected)


def test_what_is_in_the_stored_images_is_left_out() -> None:
    moves = moves_of([transform("Resize", size=7), TENSOR], SHAPE, baked=1)
    assert moves is not None
    assert moves.shape == SHAPE


@pytest.mark.parametrize(
    "transforms",
    [
        [transform("RandAugment"), TENSOR],
        [FLIP, FLIP, TENSOR],
        [transform("RandomCrop", size=8, padding=2, padding_mode="reflect"), TENSOR],
        [TENSOR, transform("RandomErasing")],
        [transform("RandomVerticalFlip"), TENSOR],
        [FLIP],
    ],
    ids=["RandAugment", "two flips", "reflected", "erased", "upside down", "bytes"],
)
def test_other_transforms_are_not_only_moves(transforms: list[Component]) -> None:
    assert moves_of(transforms, SHAPE) is None
