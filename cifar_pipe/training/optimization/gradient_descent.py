"""The update rule that the tutorial writes by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim import Optimizer


class GradientDescent(Optimizer):
    """weight = weight - learning_rate * gradient, and nothing else.

    Parameters without a gradient stay as they are. Equal to SGD without momentum and weight decay.
    https://docs.pytorch.org/tutorials/beginner/blitz/neural_networks_tutorial.html
    """

    def __init__(self, params: Any, lr: float = 0.01) -> None:
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        assert closure is None
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    weight.sub_(group["lr"] * weight.grad)
