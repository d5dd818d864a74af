from __future__ import annotations

import pytest
import torch
from torchvision.transforms.v2 import InterpolationMode

from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.per_image import one_by_one, together, torchvision_object
from cifar_pipe.data.transforms.randomness import Draws, Rows
from tests.data.transforms.batch import COUNT, INDICES, applied, draws, images, transform


def test_expanding_rotation_gives_a_list_and_resize_makes_it_one_tensor_again() -> None:
    rotation = transform("RandomRotation", degrees=40, expand=True)
    assert isinstance(compile_chain([rotation])(images(), INDICES, draws()), list)
    assert applied(rotation, transform("Resize", size=[8, 8])).shape == (COUNT, 3, 8, 8)


def test_words_become_members_of_torchvisions_enumerations() -> None:
    made = torchvision_object(transform("Resize", size=8, interpolation="bicubic"))
    assert made.interpolation is InterpolationMode.BICUBIC
    assert torchvision_object(transform("ToDtype", dtype="float32")).dtype is torch.float32


def test_each_image_has_a_seed_of_its_own() -> None:
    step = one_by_one(transform("GaussianNoise"))
    same = torch.full((2, 3, 4, 4), 0.5)
    first, second = step(same, Rows(Draws(0, 0, 2), 0, torch.arange(2)))
    assert not torch.equal(first, second)
    again = step(same[:1], Rows(Draws(0, 0, 2), 0, torch.tensor([1])))
    assert torch.equal(again[0], second)


def test_the_global_generator_is_put_back_even_after_an_error() -> None:
    step, before = one_by_one(transform("GaussianNoise")), torch.get_rng_state()
    step(torch.full((1, 3, 4, 4), 0.5), Rows(Draws(0, 0, 1), 0, torch.arange(1)))
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(ValueError, match="float"):
        step(torch.zeros((1, 3, 4, 4), dtype=torch.int64), Rows(Draws(0, 0, 1), 0, torch.arange(1)))
    assert torch.equal(torch.get_rng_state(), before)


def test_images_of_one_shape_become_one_tensor() -> None:
    assert together([torch.zeros(3, 4, 4)] * 2).shape == (2, 3, 4, 4)
    assert isinstance(together([torch.zeros(3, 4, 4), torch.zeros(3, 5, 4)]), list)
