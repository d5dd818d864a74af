from __future__ import annotations

import torch
from torch import Tensor, nn


class ClassToken(nn.Module):
    """Puts a learned element in front: [N, S, E] to [N, S + 1, E].

    `weight` is [1, E] and begins as zeros. Dosovitskiy et al., An Image is Worth 16x16 Words
    (https://arxiv.org/abs/2010.11929), equation 1.
    """

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, embed_dim))

    def forward(self, sequence: Tensor) -> Tensor:
        token = self.weight.expand(sequence.shape[0], -1, -1)
        return torch.cat((token, sequence), dim=1)

    def extra_repr(self) -> str:
        return str(self.weight.shape[1])
