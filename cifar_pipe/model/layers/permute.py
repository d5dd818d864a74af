from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Permute(nn.Module):
    """Puts dimension `dims[i]` of the input at place i; the batch stays first."""

    def __init__(self, dims: Sequence[int]) -> None:
        super().__init__()
        self.dims = tuple(dims)

    def forward(self, images: Tensor) -> Tensor:
        return images.permute(self.dims)

    def extra_repr(self) -> str:
        return f"dims={list(self.dims)}"
