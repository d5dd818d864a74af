"""What the batch kernels share: changing some images of a batch, a value for each channel.

Legend of the kernels: n images, c channels, h by w pixels. Parameters are tensors with one row per
image, on the device of the images. A kernel returns a new tensor and leaves its input as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def moved(values: Tensor, device: torch.device) -> Tensor:
    """On the device. To a GPU from pinned memory: nobody then waits for what is queued there."""
    if device.type == "cuda" and values.device.type == "cpu":
        return values.pin_memory().to(device, non_blocking=True)
    return values.to(device)


def on_chosen(
    images_nchw: Tensor, chosen_n: Tensor, change: Callable[..., Tensor], *parameters: Any
) -> Tensor:
    """Changes the chosen images, which must keep their shape; the others stay."""
    indices = moved(chosen_n.nonzero()[:, 0], images_nchw.device)
    if not len(indices):
        return images_nchw
    changed = change(images_nchw.index_select(0, indices), *parameters)
    return images_nchw.index_copy(0, indices, changed)


def per_channel(value: float | list[float], images_nchw: Tensor) -> Tensor:
    """One number, or one per channel, as float32 on the device of the images."""
    return moved(torch.tensor(value, dtype=torch.float32).view(-1), images_nchw.device)
