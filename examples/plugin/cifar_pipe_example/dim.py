from __future__ import annotations

import torch
from torch import Tensor, nn


class Dim(nn.Module):
    """[…, C, H, W] to the same shape, uint8 or float32."""

    def __init__(self, factor: float = 0.5) -> None:
        super().__init__()
        self._factor = factor

    def forward(self, images: Tensor) -> Tensor:
        dimmed = images * self._factor
        return dimmed.round().to(torch.uint8) if images.dtype == torch.uint8 else dimmed
