"""Warps take each pixel from where torchvision takes it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import InterpolationMode, functional

from cifar_pipe.data.transforms import warps
from tests.data.transforms import batch

COUNT, HEIGHT, WIDTH = 8, 16, 21


ANGLES = torch.linspace(-170, 163, COUNT)
SHIFTS = torch.tensor([[k - 3.0, 2.0 - k] for k in range(COUNT)])
SCALES = torch.linspace(0.6, 1.7, COUNT)
SHEARS = torch.stack([torch.linspace(-20, 31, COUNT), torch.linspace(14, -17, COUNT)], 1)


def images(*, floats: bool) -> Tensor:
    source = torch.Generator().manual_seed(4)
    made = torch.randint(0, 256, (COUNT, 3, HEIGHT, WIDTH), generator=source, dtype=torch.uint8)
    return made.float() / 255 if floats else made


def assert_like(found: Tensor, expected: Tensor, grid_hw2: Tensor, *, interpolation: str) -> None:
    """Halfway between two pixels, the last bit of a coordinate chooses the nearest of them."""
    difference = (found.float() - expected.float()).abs()
    if interpolation == "nearest":
        source = ((grid_hw2 + 1) * torch.tensor([WIDTH, HEIGHT]) - 1) / 2
        halfway = ((source - source.floor() - 0.5).abs() < 1e-4).any(-1)
        assert not (difference > 0)[:, ~halfway].any()
    else:
        assert difference.max() <= (1 if found.dtype == torch.uint8 else 2e-4)


@pytest.mark.parametrize("floats", [False, True])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("fill", [[0.0], [0.9, 0.2, 0.4]])
@pytest.mark.parametrize("center", [None, [3.0, 11.0]])
def test_affine(floats: bool, interpolation: str, fill: Any, center: list[float] | None) -> None:
    given = images(floats=floats)
    middle = (0.0, 0.0) if center is None else (center[0] - WIDTH / 2, center[1] - HEIGHT / 2)
    matrix = warps.inverse_affine(ANGLES, SHIFTS, SCALES, SHEARS, middle)
    grid = warps.affine_grid(matrix, height=HEIGHT, width=WIDTH)
    found = warps.sample(given, grid, interpolation=interpolation, fill_c=torch.tensor(fill))
    for k in range(COUNT):
        expected = functional.affine(
            given[k],
            angle=ANGLES[k].item(),
            translate=SHIFTS[k].tolist(),
            scale=SCALES[k].item(),
            shear=SHEARS[k].tolist(),
            interpolation=InterpolationMode(interpolation),
            fill=fill,
            center=center,
        )
        assert_like(found[k], expected, grid[k], interpolation=interpolation)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_perspective(interpolation: str) -> None:
    given = images(floats=False)
    start = torch.tensor([[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]])
    inwards = torch.randint(-4, 5, (COUNT, 4, 2), generator=torch.Generator().manual_seed(5))
    start, end = start.expand(COUNT, 4, 2), start + inwards
    grid = warps.perspective_grid(
        warps.perspective_coefficients(start, end),
        height=HEIGHT,
        width=WIDTH,
    )
    found = warps.sample(given, grid, interpolation=interpolation, fill_c=torch.tensor([7.0]))
    for k in range(COUNT):
        expected = functional.perspective(
            given[k],
            start[k].tolist(),
            end[k].tolist(),
            InterpolationMode(interpolation),
            fill=[7.0],
        )
        assert_like(found[k], expected, grid[k], interpolation=interpolation)


def test_no_change_is_no_change() -> None:
    given = images(floats=False)
    nothing, one = torch.zeros(COUNT), torch.ones(COUNT)
    pairs = torch.zeros(COUNT, 2)
    matrix = warps.inverse_affine(nothing, pairs, one, pairs, (0.0, 0.0))
    grid = warps.affine_grid(matrix, height=HEIGHT, width=WIDTH)
    for interpolation in ("nearest", "bilinear"):
        found = warps.sample(given, grid, interpolation=interpolation, fill_c=torch.zeros(1))
        assert torch.equal(found, given)


def test_random_rotation_turns_as_torchvision() -> None:
    rotation = batch.transform("RandomRotation", degrees=[20, 80], interpolation="bilinear", fill=3)
    found, uniform = batch.applied(rotation), batch.rows().uniform(1)[:, 0]
    for image, one, result in zip(batch.images(), uniform.tolist(), found, strict=True):
        angle = torch.tensor(20 + one * 60, dtype=torch.float32).item()
        expected = functional.rotate(image, angle, v2.InterpolationMode.BILINEAR, fill=[3.0])
        assert (result.int() - expected.int()).abs().max() <= 1


def test_random_affine_draws_within_its_ranges() -> None:
    affine = batch.transform(
        "RandomAffine", degrees=10, translate=[0.25, 0.5], scale=[0.8, 1.2], shear=[-5, 5, 2, 3]
    )
    uniform = torch.rand(500, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    angle, shift, scale, shear = warps.affine_draws(affine, uniform, (20, 16))
    assert -10 <= angle.min() < angle.max() <= 10
    assert set(shift[:, 0].tolist()) == set(range(-4, 5))
    assert set(shift[:, 1].tolist()) == set(range(-10, 11))
    assert 0.8 <= scale.min() < scale.max() <= 1.2
    assert -5 <= shear[:, 0].min() < shear[:, 0].max() <= 5
    assert 2 <= shear[:, 1].min() < shear[:, 1].max() <= 3


def test_perspective_moves_corners_inwards() -> None:
    perspective = batch.transform("RandomPerspective", distortion_scale=0.5)
    uniform = torch.rand(300, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    start, end = warps.perspective_corners(perspective, uniform, (20, 16))
    assert start[0].tolist() == [[0, 0], [15, 0], [15, 19], [0, 19]]
    assert end[:, 0].amax(0).tolist() == [4, 5]
    assert end[:, 2].amin(0).tolist() == [15 - 4, 19 - 5]
    assert end[:, 2].amax(0).tolist() == [15, 19]
