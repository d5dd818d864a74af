from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Mean(nn.Module):
    """The mean over the dimensions `dim`, which go unless `keepdim` is true."""

    def __init__(self, dim: int | Sequence[int] = 1, *, keepdim: bool = False) -> None:
        super().__init__()
        self.dim = (dim,) if isinstance(dim, int) else tuple(dim)
        self.keepdim = keepdim

    def forward(self, images: Tensor) -> Tensor:
        return images.mean(self.dim, keepdim=self.keepdim)

    def extra_repr(self) -> str:
        return f"dim={list(self.dim)}, keepdim={self.keepdim}"
