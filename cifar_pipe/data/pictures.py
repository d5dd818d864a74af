"""Images as people see them: three channels of bytes."""

from __future__ import annotations

import torch
from torch import Tensor

from cifar_pipe.data.transforms import torchvision_v2 as v2


def as_pictures(images: Tensor | list[Tensor]) -> Tensor:
    """Uint8 `[n, 3, H, W]` of any images; smaller ones are centred in the size of the largest.

    One channel is shown grey, of other counts the first (of 2) or the first three. Floats outside
    [0, 1] are spread over the range of all these images.
    """
    if isinstance(images, list):
        largest = [max(image.shape[side] for image in images) for side in (-2, -1)]
        images = torch.stack([v2.functional.center_crop(image, largest) for image in images])
    if images.dtype != torch.uint8:
        images = images.float()
        lowest, highest = images.aminmax()
        if lowest < 0 or highest > 1:
            images = (images - lowest) / (highest - lowest).clamp(min=1e-12)
        images = (images * 255).round().to(torch.uint8)
    return images[:, :3] if images.shape[1] >= 3 else images[:, :1].expand(-1, 3, -1, -1)
