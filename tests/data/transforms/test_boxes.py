from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torchvision.transforms.v2 import functional

from cifar_pipe.data.transforms.boxes import (
    COLUMNS,
    crop,
    erase,
    erase_with_noise,
    erasing_boxes,
    resized_crop_boxes,
)
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws
from tests.data.transforms.batch import (
    COUNT,
    INDICES,
    applied,
    draws,
    images,
    rows,
    transform,
)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize("fill", [0, 9, [1, 2, 3]])
def test_random_crop_pads_and_cuts_as_torchvision(mode: str, fill: Any) -> None:
    crop = transform(
        "RandomCrop", size=[12, 14], padding=[1, 2, 3, 4], padding_mode=mode, fill=fill
    )
    found = applied(crop)
    uniform = rows().uniform(2)
    for image, (down, across), result in zip(images(), uniform.tolist(), found, strict=True):
        top, left = int(down * (16 + 6 - 12 + 1)), int(across * (16 + 4 - 14 + 1))
        padded = functional.pad(
            image, [1, 2, 3, 4], fill=fill if mode == "constant" else None, padding_mode=mode
        )
        assert torch.equal(result, functional.crop(padded, top, left, 12, 14))


def test_random_crop_reaches_every_corner() -> None:
    crop = transform("RandomCrop", size=16, padding=1)
    places = {
        tuple(rows)
        for epoch in range(10)
        for rows in (Draws(0, epoch, COUNT).table(0, 2) * 3).long().tolist()
    }
    assert applied(crop).shape == (COUNT, 3, 16, 16)
    assert places == {(y, x) for y in range(3) for x in range(3)}


def test_random_crop_pads_where_it_is_needed() -> None:
    crop = transform("RandomCrop", size=20, pad_if_needed=True, fill=5)
    found = applied(crop)
    assert found.shape == (COUNT, 3, 20, 20)
    assert all((image == 5).any() for image in found)


@pytest.mark.parametrize("shape", [(16, 16), (40, 12), (9, 50)])
@pytest.mark.parametrize("size", [[8, 8], [24, 20]])
def test_random_resized_crop_scales_as_torchvision(shape: Any, size: Any) -> None:
    crop = transform("RandomResizedCrop", size=size, scale=[0.05, 1.0])
    given = images(3, *shape)
    boxes = resized_crop_boxes(crop, rows().uniform(COLUMNS), shape)
    found, of_floats = applied(crop, to=given), applied(crop, to=given.float() / 255)
    for k, box in enumerate(boxes.tolist()):
        expected = functional.resized_crop(given[k], *box, size, antialias=True)
        assert (found[k].int() - expected.int()).abs().max() <= 1
        expected = functional.resized_crop(given[k].float() / 255, *box, size, antialias=True)
        torch.testing.assert_close(of_floats[k], expected, rtol=0, atol=2e-6)


def test_random_resized_crop_draws_area_and_ratio_within_their_ranges() -> None:
    crop = transform("RandomResizedCrop", size=8, scale=[0.2, 0.4], ratio=[0.5, 2.0])
    uniform = torch.rand(500, 22, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    boxes = resized_crop_boxes(crop, uniform, (64, 48)).double()
    top, left, high, wide = boxes.unbind(1)
    assert (top + high).max() <= 64
    assert (left + wide).max() <= 48
    share, ratio = high * wide / (64 * 48), wide / high
    assert 0.19 < share.min() < 0.22
    assert 0.38 < share.max() < 0.42
    assert 0.45 < ratio.min() < 0.6
    assert 1.5 < ratio.max() < 2.1


@pytest.mark.parametrize(
    ("ratio", "box"), [([3.0, 4.0], [4, 0, 8, 24]), ([0.1, 0.2], [0, 10, 16, 3])]
)
def test_a_part_that_never_fits_is_cut_from_the_middle(ratio: Any, box: Any) -> None:
    crop = transform("RandomResizedCrop", size=8, scale=[1.0, 1.0], ratio=ratio)
    assert resized_crop_boxes(crop, rows().uniform(COLUMNS), (16, 24))[0].tolist() == box


def test_erased_boxes_have_the_area_and_the_shape_that_were_asked_for() -> None:
    erasing = transform("RandomErasing", scale=[0.1, 0.2], ratio=[0.5, 2.0])
    uniform = torch.rand(500, 22, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    boxes = erasing_boxes(erasing, uniform, (64, 48))[0].double()
    top, left, high, wide = boxes.unbind(1)
    assert (top + high).max() <= 64
    assert (left + wide).max() <= 48
    share, ratio = high * wide / (64 * 48), high / wide
    assert 0.09 < share.min() < 0.12
    assert 0.18 < share.max() < 0.21
    assert 0.45 < ratio.min() < 0.6
    assert 1.7 < ratio.max() < 2.2
    assert math.isclose(ratio.log().mean(), 0, abs_tol=0.1)


def test_a_box_that_never_fits_is_left_out() -> None:
    erasing = transform("RandomErasing", p=1.0, scale=[1.0, 1.0], ratio=[1.0, 1.0])
    assert torch.equal(applied(erasing), images())


@pytest.mark.parametrize("floats", [False, True])
def test_crop_cuts_each_image_at_its_own_place(floats: bool) -> None:
    batch = images().float() / 255 if floats else images()
    top, left = torch.arange(COUNT) % 5, torch.arange(COUNT) % 4
    found = crop(batch, transform("RandomCrop", size=[9, 7]), top, left)
    for image, y, x, result in zip(batch, top.tolist(), left.tolist(), found, strict=True):
        assert torch.equal(result, functional.crop(image, y, x, 9, 7))


@pytest.mark.parametrize("floats", [False, True])
def test_erase_writes_each_image_s_own_box(floats: bool) -> None:
    batch = images().float() / 255 if floats else images()
    boxes = torch.tensor([[k % 4, k % 3, 1 + k % 5, 2 + k % 6] for k in range(COUNT)])
    value = [3.0, 0.5, 7.0]
    found = erase(batch, transform("RandomErasing", value=value), boxes)
    for image, box, result in zip(batch, boxes.tolist(), found, strict=True):
        expected = functional.erase(image, *box, torch.tensor(value)[:, None, None])
        assert torch.equal(result, expected)


def test_noise_fills_each_image_s_own_box_and_nothing_else() -> None:
    boxes = torch.tensor([[k % 4, k % 3, 1 + k % 5, 2 + k % 6] for k in range(COUNT)])
    marked = erase(torch.zeros(COUNT, 3, 16, 24), transform("RandomErasing", value=1), boxes)
    before = torch.full((COUNT, 3, 16, 24), 9.0)
    noise = transform("RandomErasing", value="random")
    found = erase_with_noise(before, noise, boxes, torch.rand(COUNT, dtype=torch.float64))
    assert torch.equal(found != 9, marked == 1)
    assert torch.equal(before, torch.full_like(before, 9.0))


def test_noise_is_an_image_s_own_whatever_is_beside_it() -> None:
    erasing, floats = transform("RandomErasing", p=1.0, value="random"), images().float() / 255
    chain = compile_chain([erasing])
    assert chain.batchwise
    whole = chain(floats, INDICES, draws())
    assert not torch.equal(whole, floats)
    part = INDICES[2:4]
    assert torch.equal(chain(floats[2:4], part, draws()), whole[2:4])


def test_a_box_without_height_erases_nothing() -> None:
    nothing = torch.zeros(COUNT, 4, dtype=torch.int64)
    assert torch.equal(erase(images(), transform("RandomErasing", value=9), nothing), images())
