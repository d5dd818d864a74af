from __future__ import annotations

import torch
from torch import Tensor, nn


class Scale(nn.Module):
    """[N, …] to the same shape."""

    def __init__(self, start: float = 1.0) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(start))

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x
