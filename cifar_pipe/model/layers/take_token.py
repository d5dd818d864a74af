from __future__ import annotations

from torch import Tensor, nn


class TakeToken(nn.Module):
    """The element at `index` of a sequence: [N, S, E] to [N, E]. -1 is the last."""

    def __init__(self, index: int = 0) -> None:
        super().__init__()
        self.index = index

    def forward(self, sequence: Tensor) -> Tensor:
        return sequence.select(1, self.index)

    def extra_repr(self) -> str:
        return f"index={self.index}"
