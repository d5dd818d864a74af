"""Warps take each pixel from where torchvision takes it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode, functional

from cifar_pipe.data.transforms import warps

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
    batch = images(floats=floats)
    middle = (0.0, 0.0) if center is None else (center[0] - WIDTH / 2, center[1] - HEIGHT / 2)
    matrix = warps.inverse_affine(ANGLES, SHIFTS, SCALES, SHEARS, middle)
    grid = warps.affine_grid(matrix, height=HEIGHT, width=WIDTH, device=batch.device)
    found = warps.sample(batch, grid, interpolation=interpolation, fill_c=torch.tensor(fill))
    for k in range(COUNT):
        expected = functional.affine(
            batch[k],
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
    batch = images(floats=False)
    start = torch.tensor([[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]])
    inwards = torch.randint(-4, 5, (COUNT, 4, 2), generator=torch.Generator().manual_seed(5))
    start, end = start.expand(COUNT, 4, 2), start + inwards
    grid = warps.perspective_grid(
        warps.perspective_coefficients(start, end),
        height=HEIGHT,
        width=WIDTH,
        device=batch.device,
    )
    found = warps.sample(batch, grid, interpolation=interpolation, fill_c=torch.tensor([7.0]))
    for k in range(COUNT):
        expected = functional.perspective(
            batch[k],
            start[k].tolist(),
            end[k].tolist(),
            InterpolationMode(interpolation),
            fill=[7.0],
        )
        assert_like(found[k], expected, grid[k], interpolation=interpolation)


def test_no_change_is_no_change() -> None:
    batch = images(floats=False)
    nothing, one = torch.zeros(COUNT), torch.ones(COUNT)
    pairs = torch.zeros(COUNT, 2)
    matrix = warps.inverse_affine(nothing, pairs, one, pairs, (0.0, 0.0))
    grid = warps.affine_grid(matrix, height=HEIGHT, width=WIDTH, device=batch.device)
    for interpolation in ("nearest", "bilinear"):
        found = warps.sample(batch, grid, interpolation=interpolation, fill_c=torch.zeros(1))
        assert torch.equal(found, batch)
