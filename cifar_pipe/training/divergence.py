"""Says what is known of a loss that is NaN or infinite."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cifar_pipe.errors import Diverged
from cifar_pipe.model.network import Network


@dataclass(frozen=True, slots=True)
class Position:
    """Where a training is, and with which learning rate; `step` and `epoch` are 1-based."""

    stage: str
    step: int
    epoch: int
    lr: float

    def diverged(self, loss: float, cause: str | None) -> Diverged:
        """The error for a loss that was noticed before it changed a weight."""
        word = "NaN" if math.isnan(loss) else "infinite"
        return self._error(f"the loss is {word} at step {self.step}", f"; {cause}" if cause else "")

    def diverged_within(self, steps: int) -> Diverged:
        """The same for one of the last steps, where losses are read in groups: on a GPU, where
        each reading would wait.
        """
        first = self.step - steps + 1
        return self._error(f"the loss became NaN or infinite between steps {first} and {self.step}")

    def _error(self, what: str, cause: str = "") -> Diverged:
        return Diverged(
            f"{what} (epoch {self.epoch}), with learning rate {self.lr:g}{cause}",
            help=f"try a smaller learning rate: -S {self.stage}.optimizer.lr={self.lr / 10:g}",
        )


def first_not_finite(network: Network, images: Tensor) -> str | None:
    """Which layer is the first to give NaN or infinite values on this batch, in words."""
    if not _finite(images):
        return "the images themselves are not finite"
    found: list[str] = []
    names = {module: name for name, module in network.named_children()}

    def look(module: nn.Module, _: object, output: Tensor) -> None:
        if not found and not _finite(output):
            found.append(names[module])

    handles = [module.register_forward_hook(look) for module in names]
    try:
        with torch.no_grad():
            network(images)
    finally:
        for handle in handles:
            handle.remove()
    return f"the first layer whose output is not finite is {found[0]}" if found else None


def _finite(tensor: Tensor) -> bool:
    return bool(tensor.isfinite().all())
