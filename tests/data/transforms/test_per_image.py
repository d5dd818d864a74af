from __future__ import annotations

import torch

from cifar_pipe.data.transforms.chain import (
    compile_chain,
)
from tests.data.transforms.batch import COUNT, INDICES, applied, draws, images, transform


def test_random_noise_is_erased_image_by_image() -> None:
    erasing = transform("RandomErasing", p=1.0, value="random")
    chain = compile_chain([erasing])
    assert not chain.batchwise
    floats = images().float() / 255
    assert not torch.equal(chain(floats, INDICES, draws()), floats)


def test_expanding_rotation_gives_a_list_and_resize_makes_it_one_tensor_again() -> None:
    rotation = transform("RandomRotation", degrees=40, expand=True)
    assert isinstance(compile_chain([rotation])(images(), INDICES, draws()), list)
    assert applied(rotation, transform("Resize", size=[8, 8])).shape == (COUNT, 3, 8, 8)
