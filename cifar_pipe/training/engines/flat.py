"""The parameters and running means of a network in one row of numbers, of which its tensors are views."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

Floats = npt.NDArray[np.float32]


class FlatNetwork:
    """`numbers` are those of all parameters and buffers of float32: the parameters of the optimizer's groups
    first, `trained` of them, and `bounds` are where each group begins and ends.
    """

    def __init__(self, network: nn.Module, optimizer: Optimizer) -> None:
        self._groups = [list(group["params"]) for group in optimizer.param_groups]
        trained = [one for group in self._groups for one in group]
        known = {id(one) for one in trained}
        others: list[Tensor] = [one for one in network.parameters() if id(one) not in known]
        others += [one for one in network.buffers() if one.dtype == torch.float32]
        self.parameters: Sequence[Tensor] = trained
        self._tensors: list[Tensor] = [*trained, *others]
        sizes = [one.numel() for one in self._tensors]
        starts = np.cumsum([0, *sizes])
        self._starts = {id(one): int(at) for one, at in zip(self._tensors, starts, strict=False)}
        self.trained = sum(one.numel() for one in trained)
        self.bounds = self._bounds()
        whole = torch.empty(int(starts[-1]))
        for one in self._tensors:
            view = whole[self.place_of(one) :][: one.numel()].view(one.shape)
            view.copy_(one.detach())
            one.data = view
        self.numbers: Floats = whole.numpy()

    def _bounds(self) -> list[tuple[int, int]]:
        found, at = [], 0
        for group in self._groups:
            size = sum(one.numel() for one in group)
            found.append((at, at + size))
            at += size
        return found

    def place_of(self, tensor: Tensor) -> int:
        return self._starts[id(tensor)]

    def views_of(self, numbers: Tensor) -> list[Tensor]:
        """Views of a row of numbers in the trained parameters' places and shapes."""
        return [
            numbers[self.place_of(one) :][: one.numel()].view(one.shape) for one in self.parameters
        ]

    def release(self) -> None:
        """Gives each tensor memory of its own."""
        for one in self._tensors:
            one.data = one.data.clone()
