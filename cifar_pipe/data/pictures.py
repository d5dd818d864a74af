"""Images as people see them: three channels of bytes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def as_pictures(images: Tensor | list[Tensor]) -> Tensor:
    """Uint8 `[n, 3, H, W]` of any images; smaller ones stand in the middle of the largest's size.

    One channel is shown grey, of other counts the first (of 2) or the first three. Floats outside
    [0, 1] are spread over the range of all these images.
    """
    if isinstance(images, list):
        images = _framed(images)
    images = _as_bytes(images)
    channels = images.shape[1]
    if channels >= 3:
        return images[:, :3]
    return images[:, :1].expand(-1, 3, -1, -1)


def _framed(images: list[Tensor]) -> Tensor:
    height = max(image.shape[-2] for image in images)
    width = max(image.shape[-1] for image in images)
    return torch.stack([_padded(image, height=height, width=width) for image in images])


def _padded(image: Tensor, *, height: int, width: int) -> Tensor:
    across, down = width - image.shape[-1], height - image.shape[-2]
    return F.pad(image, (across // 2, across - across // 2, down // 2, down - down // 2))


def _as_bytes(images: Tensor) -> Tensor:
    if images.dtype == torch.uint8:
        return images
    images = images.float()
    lowest, highest = images.aminmax()
    if lowest < 0 or highest > 1:
        images = (images - lowest) / (highest - lowest).clamp(min=1e-12)
    return (images * 255).round().to(torch.uint8)
