from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class FocalLoss(nn.Module):
    """The mean of -(1 - p)^gamma log p, p the probability of the right class.

    Lin et al., Focal Loss for Dense Object Detection, 2017, https://arxiv.org/abs/1708.02002
    """

    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        self._gamma = gamma

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Outputs [N, classes], labels int64 [N]."""
        log_p = -F.cross_entropy(outputs, labels, reduction="none")
        return -((1 - log_p.exp()) ** self._gamma * log_p).mean()
