"""Losses that PyTorch does not have."""

from __future__ import annotations

from torch import Tensor, nn


class SumOfDifferences(nn.Module):
    """The sum of prediction - target over all elements, both `[N, ...]` of one shape.

    The loss of the autograd tutorial: the gradient of every output is 1, whatever the target. It
    has no lowest value, so it is there to look at gradients and not to train with.
    https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html
    """

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return (prediction - target).sum()
