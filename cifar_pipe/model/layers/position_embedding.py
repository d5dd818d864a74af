from __future__ import annotations

import torch
from torch import Tensor, nn


class PositionEmbedding(nn.Module):
    """Adds a learned vector for each place: [N, S, E] to [N, S, E].

    `weight` is [S, E] and begins normal with standard deviation 0.02. Dosovitskiy et al., An Image
    is Worth 16x16 Words (https://arxiv.org/abs/2010.11929), equation 1.
    """

    def __init__(self, num_positions: int, embed_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(num_positions, embed_dim))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, sequence: Tensor) -> Tensor:
        return sequence + self.weight

    def extra_repr(self) -> str:
        return ", ".join(map(str, self.weight.shape))
