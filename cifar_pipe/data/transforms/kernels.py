"""Batch kernels: each image of the batch with its own parameters.

Legend: n images, c channels, h by w pixels. Parameters are tensors with one row per image, on the
device of the images. A kernel returns a new tensor and leaves its input as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def crop(images_nchw: Tensor, top_n: Tensor, left_n: Tensor, *, height: int, width: int) -> Tensor:
    """Cuts `height` by `width` pixels out of each image, from its own corner."""
    windows = images_nchw.unfold(2, height, 1).unfold(3, width, 1)
    rows = torch.arange(len(images_nchw), device=images_nchw.device)
    return windows[rows, :, top_n, left_n]


def erase(images_nchw: Tensor, boxes_n4: Tensor, value_c: Tensor) -> Tensor:
    """Writes `value_c` (one number, or one per channel) into each image's box.

    A box is (top, left, height, width); one of no height leaves its image as it is.
    """
    height, width = images_nchw.shape[-2:]
    top, left, high, wide = (side[:, None] for side in boxes_n4.unbind(1))
    y = torch.arange(height, device=images_nchw.device)
    x = torch.arange(width, device=images_nchw.device)
    rows = (y >= top) & (y < top + high)
    columns = (x >= left) & (x < left + wide)
    inside = rows[:, None, :, None] & columns[:, None, None, :]
    return torch.where(inside, value_c.to(images_nchw.dtype).view(-1, 1, 1), images_nchw)


def on_chosen(
    images_nchw: Tensor, chosen_n: Tensor, change: Callable[..., Tensor], *parameters: Any
) -> Tensor:
    """Changes the chosen images, which must keep their shape; the others stay."""
    indices = chosen_n.nonzero()[:, 0].to(images_nchw.device)
    if not len(indices):
        return images_nchw
    return images_nchw.index_copy(
        0, indices, change(images_nchw.index_select(0, indices), *parameters)
    )


def per_channel(value: float | list[float], images_nchw: Tensor) -> Tensor:
    """One number, or one per channel, as float32 on the device of the images."""
    numbers = value if isinstance(value, list) else [value]
    return torch.tensor(numbers).to(images_nchw.device, torch.float32)
