"""Images as people see them: three channels of bytes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def as_pictures(images: Tensor | list[Tensor]) -> Tensor:
    """Uint8 `[n, 3, H, W]` of any images; smaller ones are centred in the size of the largest.

    One channel is shown grey, of other counts the first (of 2) or the first three. Floats outside
    [0, 1] are spread over the range of all these images.
    """
    if isinstance(images, list):
        images = _centred(images)
    images = _as_bytes(images)
    return images[:, :3] if images.shape[1] >= 3 else images[:, :1].expand(-1, 3, -1, -1)


def _centred(images: list[Tensor]) -> Tensor:
    height, width = (max(image.shape[side] for image in images) for side in (-2, -1))
    padded = []
    for image in images:
        across, down = width - image.shape[-1], height - image.shape[-2]
        sides = across // 2, across - across // 2, down // 2, down - down // 2
        padded.append(F.pad(image, sides))
    return torch.stack(padded)


def _as_bytes(images: Tensor) -> Tensor:
    if images.dtype == torch.uint8:
        return images
    images = images.float()
    lowest, highest = images.aminmax()
    if lowest < 0 or highest > 1:
        images = (images - lowest) / (highest - lowest).clamp(min=1e-12)
    return (images * 255).round().to(torch.uint8)
