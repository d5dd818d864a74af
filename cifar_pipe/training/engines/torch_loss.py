"""Losses that PyTorch computes, of the outputs that kernels gave for some images at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from cifar_pipe.training.engine import Step
from cifar_pipe.training.engines.flat import Floats
from cifar_pipe.training.engines.layout import Program
from cifar_pipe.training.targets import Criterion


class TorchLoss:
    def __init__(self, criterion: Criterion, settings: Step) -> None:
        self._mean = settings.weighted_mean
        self._criterion = criterion if self._mean is None else self._mean.summed
        self._summed = settings.summed

    def scale(self, labels: Sequence[Tensor]) -> float:
        """By what the sum over the images of these batches is multiplied."""
        if self._summed:
            return 1.0
        if self._mean is None:
            return 1 / sum(map(len, labels))
        divisor = float(self._mean.divisor(torch.cat(list(labels))))
        return 1 / divisor if divisor else math.inf

    def run(self, program: Program, arena: Floats, labels: Tensor, scale: float) -> float:
        """The loss of the images of a program, of which the arena has the outputs; their gradients go there."""
        row, images = program.rows[program.loss], program.images
        values, gradients = (
            torch.from_numpy(arena[at : at + row[7] * images]).view(-1, images).t()
            for at in (row[1], row[25])
        )
        outputs = values.clone(memory_format=torch.contiguous_format).requires_grad_()
        with torch.enable_grad():
            # The mean over these images, if it is one.
            is_mean = not self._summed and self._mean is None
            loss = self._criterion(outputs, labels) * (scale * (images if is_mean else 1))
            (gradient,) = torch.autograd.grad(loss, outputs)
        gradients.copy_(gradient)
        return float(loss.detach())
