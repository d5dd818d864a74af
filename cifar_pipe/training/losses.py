"""Losses that PyTorch does not have."""

from __future__ import annotations

from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn


class SumOfDifferences(nn.Module):
    """The sum of prediction - target over all elements, both `[N, ...]` of one shape.

    The loss of the autograd tutorial: the gradient of every output is 1, whatever the target. It
    has no lowest value, so it is there to look at gradients and not to train with.
    https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html
    """

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return (prediction - target).sum()


class FocalLoss(nn.Module):
    """-w_t (1 - p_t)^gamma log p_t of the right class t: logits `[N, classes]`, labels int64 `[N]`.

    `weight` are the w, float `[classes]`; the mean is over the images, whatever their weights. Lin
    et al., Focal Loss for Dense Object Detection, 2017, equation 5, over softmax:
    https://arxiv.org/abs/1708.02002
    """

    weight: Tensor | None

    def __init__(
        self,
        gamma: float = 2.0,
        weight: Tensor | None = None,
        reduction: Literal["mean", "sum"] = "mean",
    ) -> None:
        super().__init__()
        self.gamma, self.reduction = gamma, reduction
        self.register_buffer("weight", weight)

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        log_p = F.log_softmax(outputs, 1).gather(1, labels.unsqueeze(1)).squeeze(1)
        losses = -((1 - log_p.exp()) ** self.gamma) * log_p
        if self.weight is not None:
            losses = losses * self.weight[labels]
        return losses.sum() if self.reduction == "sum" else losses.mean()
