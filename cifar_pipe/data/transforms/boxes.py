"""Boxes that are drawn for each image: to crop to, to crop and scale, to erase.

A drawing function takes the transform, uniform numbers `[n, columns]` and the images' size (height,
width), and returns tensors with one row per image.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_effects import pair, sides
from cifar_pipe.data.transforms import kernels, warps
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.randomness import below, normal, within
from cifar_pipe.data.transforms.warps import Size

# Tries for a rectangle that fits into the image, as in torchvision.
_TRIES = 10
# Uniform numbers for a rectangle: its corner, and the area and the ratio of each try.
COLUMNS = 2 + 2 * _TRIES


def crop_corners(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor, Tensor]:
    """Top and left, int64 `[n]`, of what is cut out of the padded image."""
    left, top, right, bottom = crop_padding(transform, size)
    height, width = pair(transform.get("size"))
    return (
        below(uniform[:, 0], size[0] + top + bottom - height + 1),
        below(uniform[:, 1], size[1] + left + right - width + 1),
    )


def crop(images: Tensor, transform: Component, top: Tensor, left: Tensor) -> Tensor:
    """Cuts the transform's size out of each image, from its own corner."""
    padding = crop_padding(transform, (images.shape[-2], images.shape[-1]))
    if any(padding):
        images = padded(images, transform, padding)
    height, width = pair(transform.get("size"))
    windows = images.unfold(2, height, 1).unfold(3, width, 1)
    return windows[torch.arange(len(images), device=images.device), :, top, left]


def padded(images: Tensor, transform: Component, padding: list[int]) -> Tensor:
    # torchvision refuses some values of fill in the modes that have no use for it.
    mode = transform.get("padding_mode")
    fill = transform.get("fill") if mode == "constant" else None
    if fill == 0:
        # As torchvision, which takes as long to import as torch.
        left, top, right, bottom = sides(padding)
        return F.pad(images, [left, right, top, bottom])
    whole: Tensor = v2.functional.pad(images, padding, fill=fill, padding_mode=mode)
    return whole


def crop_padding(transform: Component, size: Size) -> list[int]:
    """`[left, top, right, bottom]`; what is missing is added on both sides, as torchvision does."""
    left, top, right, bottom = sides(transform.get("padding") or 0)
    if transform.get("pad_if_needed"):
        height, width = pair(transform.get("size"))
        down = max(0, height - size[0] - top - bottom)
        across = max(0, width - size[1] - left - right)
        return [left + across, top + down, right + across, bottom + down]
    return [left, top, right, bottom]


def resized_crop_boxes(transform: Component, uniform: Tensor, size: Size) -> Tensor:
    """(top, left, height, width) of each image's part, int64 `[n, 4]`.

    Where none of the tries fits, the part is the middle, of the nearest ratio that is allowed.
    """
    height, width = size
    narrowest, widest = transform.get("ratio")
    high, wide = _tried_sides(transform, uniform, size)
    fits = (high > 0) & (high <= height) & (wide > 0) & (wide <= width)
    found = fits.any(1)
    high = torch.where(found, _first(high, fits), min(height, max(1, round(width / narrowest))))
    wide = torch.where(found, _first(wide, fits), min(width, max(1, round(height * widest))))
    top = torch.where(found, below(uniform[:, 0], height - high + 1), (height - high) // 2)
    left = torch.where(found, below(uniform[:, 1], width - wide + 1), (width - wide) // 2)
    return torch.stack([top, left, high, wide], 1)


def resized_crop_weights(
    transform: Component, uniform: Tensor, size: Size
) -> tuple[Tensor, Tensor]:
    """What `warps.resized_crop` takes: weights along the rows, and along the columns."""
    height, width = pair(transform.get("size"))
    top, left, high, wide = resized_crop_boxes(transform, uniform, size).unbind(1)
    return (
        warps.resize_weights(top, high, given=size[0], wanted=height),
        warps.resize_weights(left, wide, given=size[1], wanted=width),
    )


def erasing_boxes(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor]:
    """(top, left, height, width) of each image's rectangle, int64 `[n, 4]`; zeros for none."""
    height, width = size
    wide, high = _tried_sides(transform, uniform, size)
    fits = (high < height) & (wide < width)
    high, wide = _first(high, fits), _first(wide, fits)
    top, left = below(uniform[:, 0], height - high + 1), below(uniform[:, 1], width - wide + 1)
    return (torch.stack([top, left, high, wide], 1) * fits.any(1)[:, None],)


def erase(images: Tensor, transform: Component, boxes: Tensor) -> Tensor:
    """Writes the transform's value into each image's box; one of no height changes nothing."""
    inside = _inside(images, boxes)
    value = kernels.per_channel(transform.get("value"), images)
    return torch.where(inside, value.to(images.dtype).view(-1, 1, 1), images)


def noise_boxes(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor, Tensor]:
    """`erasing_boxes`, and a seed of each image, in [0, 1), `[n]`."""
    return *erasing_boxes(transform, uniform[:, :COLUMNS], size), uniform[:, COLUMNS]


def erase_with_noise(images: Tensor, transform: Component, boxes: Tensor, seeds: Tensor) -> Tensor:
    """Writes normal numbers into each image's box; as torchvision, cut to whole ones into bytes."""
    assert transform.get("value") == "random"
    image, _channel, y, x = _inside(images, boxes).nonzero(as_tuple=True)
    channels, width = images.shape[1], images.shape[3]
    places = (y * width + x)[:, None] * channels + torch.arange(channels, device=images.device)
    changed = images.clone()
    noise = normal(seeds[image][:, None], places)
    changed.permute(0, 2, 3, 1)[image, y, x] = noise.to(images.dtype)
    return changed


def _inside(images: Tensor, boxes: Tensor) -> Tensor:
    """Which pixels are in their image's box, bool `[n, 1, H, W]`."""
    top, left, high, wide = (side[:, None] for side in boxes.unbind(1))
    y, x = (torch.arange(side, device=images.device) for side in images.shape[-2:])
    rows = (y >= top) & (y < top + high)
    columns = (x >= left) & (x < left + wide)
    return rows[:, None, :, None] & columns[:, None, None, :]


def _tried_sides(transform: Component, uniform: Tensor, size: Size) -> tuple[Tensor, Tensor]:
    """The sides of each try, int64 `[n, tries]`: the second is `ratio` times the first."""
    low, high = map(math.log, transform.get("ratio"))
    area = within(uniform[:, 2 : 2 + _TRIES], *transform.get("scale")) * (size[0] * size[1])
    ratio = within(uniform[:, 2 + _TRIES :], low, high).exp()
    return (area / ratio).sqrt().round().long(), (area * ratio).sqrt().round().long()


def _first(sides_nt: Tensor, fits_nt: Tensor) -> Tensor:
    """The side of the first try that fits."""
    return sides_nt.gather(1, fits_nt.int().argmax(1, keepdim=True))[:, 0]
