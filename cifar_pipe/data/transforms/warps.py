"""Affine and perspective changes of a batch, each image with its own coefficients.

The conventions are torchvision's: angles in degrees, a positive one turns clockwise in `affine`
and anticlockwise in `rotate`; shifts in pixels; the centre in pixels from the middle of the image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms import kernels
from cifar_pipe.data.transforms.randomness import below, within

Interpolation = Literal["nearest", "bilinear"]
Size = tuple[int, int]

# What the transforms draw: uniform numbers `[n, columns]` and the images' size (height, width) in,
# tensors with one row per image out.


def rotation_matrix(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor]:
    angle = within(uniform[:, 0], *_range_about_zero(transform.get("degrees")))
    zero, one = torch.zeros(len(angle), 2), torch.ones(len(angle))
    return (inverse_affine(-angle, zero, one, zero, _center(transform, size)).float(),)


def affine_matrix(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor]:
    drawn = affine_draws(transform, uniform, size)
    return (inverse_affine(*drawn, _center(transform, size)).float(),)


def affine_draws(
    transform: Component, uniform: Tensor, size: Size
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Angle `[n]`, shift `[n, 2]` in whole pixels, scale `[n]` and shear `[n, 2]` in degrees."""
    angle = within(uniform[:, 0], *_range_about_zero(transform.get("degrees")))
    across, down = transform.get("translate") or (0, 0)
    furthest = torch.tensor([across * size[1], down * size[0]], dtype=torch.float64)
    shift = ((2 * uniform[:, 1:3] - 1) * furthest).round().float()
    scale = within(uniform[:, 3], *(transform.get("scale") or (1.0, 1.0)))
    shears = _range_about_zero(transform.get("shear") or 0.0)
    x, y = shears[:2], shears[2:] or [0.0, 0.0]
    shear = torch.stack([within(uniform[:, 4], *x), within(uniform[:, 5], *y)], 1)
    return angle, shift, scale, shear


def perspective_corners(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor, Tensor]:
    """The corners `[n, 4, 2]` as (x, y), clockwise from the upper left: before and after."""
    height, width = size
    share = transform.get("distortion_scale")
    limit = torch.tensor([int(share * (width // 2)) + 1, int(share * (height // 2)) + 1])
    inwards = below(uniform.view(-1, 4, 2), limit).double()
    start = torch.tensor([[0, 0], [1, 0], [1, 1], [0, 1]]) * torch.tensor([width - 1, height - 1])
    # Corners on the right and at the bottom move towards zero.
    signs = torch.tensor([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return start.double().expand_as(inwards), start + signs * inwards


def _range_about_zero(spread: float | list[float]) -> list[float]:
    return spread if isinstance(spread, list) else [-spread, spread]


def _center(transform: Component, size: Size) -> tuple[float, float]:
    """The centre from the middle of the image, in pixels."""
    given = transform.get("center")
    return (0.0, 0.0) if given is None else (given[0] - size[1] / 2, given[1] - size[0] / 2)


def warp(
    grid_of: Callable[..., Tensor], images: Tensor, transform: Component, parameters: Tensor
) -> Tensor:
    """The images as the grid that `grid_of` makes of the parameters samples them."""
    grid = grid_of(parameters, height=images.shape[-2], width=images.shape[-1])
    fill = kernels.per_channel(transform.get("fill"), images)
    return sample(images, grid, interpolation=transform.get("interpolation"), fill_c=fill)


# The geometry.


def inverse_affine(
    angle_n: Tensor, shift_n2: Tensor, scale_n: Tensor, shear_n2: Tensor, center: Sequence[float]
) -> Tensor:
    """Coefficients `[n, 2, 3]`, float64, from a pixel of the result to one of the source.

    The forward map is T C R S H C^-1: shear (first along x, then along y), scale, rotation about
    the centre, shift. Its inverse is written out, since det(R H) = 1.
    """
    angle, shear = torch.deg2rad(angle_n.double()), torch.deg2rad(shear_n2.double())
    scale, shift = scale_n.double(), shift_n2.double()
    across, down = shear.unbind(1)
    a = torch.cos(angle - down) / torch.cos(down)
    b = -a * torch.tan(across) - torch.sin(angle)
    c = torch.sin(angle - down) / torch.cos(down)
    d = -c * torch.tan(across) + torch.cos(angle)
    matrix = torch.stack([d, -b, -c, a], 1).view(-1, 2, 2) / scale.view(-1, 1, 1)
    middle = torch.tensor(center, dtype=torch.float64)
    moved = middle - (matrix @ (middle + shift).unsqueeze(-1)).squeeze(-1)
    return torch.cat([matrix, moved.unsqueeze(-1)], 2)


def affine_grid(matrix_n23: Tensor, *, height: int, width: int) -> Tensor:
    """Where each pixel comes from, float32 `[n, h, w, 2]`, -1 to 1 between the outer edges."""
    device = matrix_n23.device
    x = torch.arange(width, device=device) - (width - 1) / 2
    y = torch.arange(height, device=device) - (height - 1) / 2
    half = torch.tensor([width / 2, height / 2], device=device)
    theta = matrix_n23.float() / half.view(1, 2, 1)
    along_x, along_y, offset = (theta[:, None, None, :, k] for k in range(3))
    return x[None, None, :, None] * along_x + y[None, :, None, None] * along_y + offset


def perspective_coefficients(from_n42: Tensor, to_n42: Tensor) -> Tensor:
    """The eight coefficients, float32 `[n, 8]`, from the corners `to` back to `from`.

    (x, y) -> ((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)): two linear
    equations for each of the four corners.
    """
    x, y = to_n42.double().unbind(-1)
    u, v = from_n42.double().unbind(-1)
    one, zero = torch.ones_like(x), torch.zeros_like(x)
    for_u = torch.stack([x, y, one, zero, zero, zero, -u * x, -u * y], -1)
    for_v = torch.stack([zero, zero, zero, x, y, one, -v * x, -v * y], -1)
    equations = torch.cat([for_u, for_v], 1)
    solution: Tensor = torch.linalg.solve(equations, torch.cat([u, v], 1))
    return solution.float()


def perspective_grid(coefficients_n8: Tensor, *, height: int, width: int) -> Tensor:
    """Where each pixel comes from, float32 `[n, h, w, 2]`, -1 to 1 between the outer edges."""
    device = coefficients_n8.device
    x = (torch.arange(width, device=device) + 0.5)[None, None, :]
    y = (torch.arange(height, device=device) + 0.5)[None, :, None]
    a, b, c, d, e, f, g, h = coefficients_n8[:, :, None, None].unbind(1)
    below = g * x + h * y + 1
    across = (a * x + b * y + c) / (0.5 * width) / below - 1
    down = (d * x + e * y + f) / (0.5 * height) / below - 1
    return torch.stack([across, down], -1)


def sample(
    images_nchw: Tensor, grid_nhw2: Tensor, *, interpolation: Interpolation, fill_c: Tensor | None
) -> Tensor:
    """The images as the grid samples them; `fill_c` (one number, or one per channel) outside.

    With None they fade into 0 where they are interpolated at their edges, with a colour twice: so
    torchvision has it.
    """
    whole = not images_nchw.is_floating_point()
    images = images_nchw.to(torch.float32)
    if fill_c is None:
        images = F.grid_sample(images, grid_nhw2, interpolation, "zeros", align_corners=False)
        return images.round_().to(images_nchw.dtype) if whole else images
    fill = fill_c.to(images).view(1, -1, 1, 1)
    # Sampled too, a channel of ones is how much of a pixel comes from inside.
    stacked = torch.cat([images, torch.ones_like(images[:, :1])], 1)
    sampled = F.grid_sample(stacked, grid_nhw2, interpolation, "zeros", align_corners=False)
    images, inside = sampled[:, :-1], sampled[:, -1:]
    if interpolation == "nearest":
        images = torch.where(inside < 0.5, fill, images)
    else:
        images = (images - fill) * inside + fill
    return images.round().to(images_nchw.dtype) if whole else images


def resize_weights(first_n: Tensor, length_n: Tensor, *, given: int, wanted: int) -> Tensor:
    """Weights `[n, wanted, given]`, float32, that scale each image's own stretch of pixels.

    The stretch begins at `first` and has `length` of the `given` pixels; bilinear, and where it
    shrinks, averaging: a triangle as wide as the result's pixels are in the source.
    """
    first, length = first_n.double().view(-1, 1, 1), length_n.double().view(-1, 1, 1)
    scale = length / wanted
    centers = scale * (torch.arange(wanted, dtype=torch.float64).view(1, -1, 1) + 0.5)
    places = torch.arange(given, dtype=torch.float64).view(1, 1, -1) + 0.5 - first
    weights = (1 - (places - centers).abs() / scale.clamp(min=1)).clamp_(min=0)
    weights *= (places > 0) & (places < length)
    return (weights / weights.sum(2, keepdim=True)).float()


def resized_crop(images_nchw: Tensor, rows_nhh: Tensor, columns_nww: Tensor) -> Tensor:
    """Crops and scales by the weights of `resize_weights`, as two matrix products per image."""
    whole = not images_nchw.is_floating_point()
    images = images_nchw.to(torch.float32)
    scaled = rows_nhh.unsqueeze(1) @ images @ columns_nww.mT.unsqueeze(1)
    return scaled.round_().to(images_nchw.dtype) if whole else scaled
