from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class PolyLoss(nn.Module):
    """The mean of -log p + epsilon (1 - p), p the probability of the right class.

    Leng et al., PolyLoss, 2022, https://arxiv.org/abs/2204.12511
    """

    def __init__(self, epsilon: float = 1.0) -> None:
        super().__init__()
        self._epsilon = epsilon

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Outputs [N, classes], labels int64 [N]."""
        losses = F.cross_entropy(outputs, labels, reduction="none")
        return (losses + self._epsilon * (1 - (-losses).exp())).mean()
