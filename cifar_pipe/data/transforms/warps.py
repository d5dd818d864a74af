"""Affine and perspective changes of a batch, each image with its own coefficients.

The conventions are torchvision's: angles in degrees, a positive one turns clockwise in `affine`
and anticlockwise in `rotate`; shifts in pixels; the centre in pixels from the middle of the image.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Interpolation = Literal["nearest", "bilinear"]


def inverse_affine(
    angle_n: Tensor,
    shift_n2: Tensor,
    scale_n: Tensor,
    shear_n2: Tensor,
    center: tuple[float, float],
) -> Tensor:
    """Coefficients `[n, 2, 3]`, float64, that lead from a pixel of the result to one of the source.

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


def affine_grid(matrix_n23: Tensor, *, height: int, width: int, device: torch.device) -> Tensor:
    """Where each pixel comes from, float32 `[n, h, w, 2]`, -1 to 1 between the outer edges."""
    x = torch.arange(width, device=device) - (width - 1) / 2
    y = torch.arange(height, device=device) - (height - 1) / 2
    half = torch.tensor([width / 2, height / 2])
    theta = (matrix_n23.float() / half.view(1, 2, 1)).to(device)
    along_x, along_y, offset = (theta[:, None, None, :, k] for k in range(3))
    return x[None, None, :, None] * along_x + y[None, :, None, None] * along_y + offset


def perspective_coefficients(from_n42: Tensor, to_n42: Tensor) -> Tensor:
    """The eight coefficients, float32 `[n, 8]`, that lead from corners `to` back to `from`.

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


def perspective_grid(
    coefficients_n8: Tensor, *, height: int, width: int, device: torch.device
) -> Tensor:
    """Where each pixel comes from, float32 `[n, h, w, 2]`, -1 to 1 between the outer edges."""
    x = (torch.arange(width, device=device) + 0.5)[None, None, :]
    y = (torch.arange(height, device=device) + 0.5)[None, :, None]
    a, b, c, d, e, f, g, h = coefficients_n8.to(device)[:, :, None, None].unbind(1)
    below = g * x + h * y + 1
    across = (a * x + b * y + c) / (0.5 * width) / below - 1
    down = (d * x + e * y + f) / (0.5 * height) / below - 1
    return torch.stack([across, down], -1)


def sample(
    images_nchw: Tensor, grid_nhw2: Tensor, *, interpolation: Interpolation, fill_c: Tensor
) -> Tensor:
    """The images as the grid sees them; what lies outside is `fill_c` (one number, or one each)."""
    whole = not images_nchw.is_floating_point()
    images = images_nchw.to(torch.float32)
    fill = fill_c.to(images).view(1, -1, 1, 1)
    # Sampled along, a channel of ones tells how much of a pixel comes from inside.
    inside = torch.ones_like(images[:, :1])
    sampled = F.grid_sample(
        torch.cat([images, inside], 1),
        grid_nhw2,
        mode=interpolation,
        padding_mode="zeros",
        align_corners=False,
    )
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
    """Crops and scales by the weights of `resize_weights`, as two matrix products an image."""
    whole = not images_nchw.is_floating_point()
    images = images_nchw.to(torch.float32)
    scaled = rows_nhh.unsqueeze(1) @ images @ columns_nww.mT.unsqueeze(1)
    return scaled.round_().to(images_nchw.dtype) if whole else scaled
