from __future__ import annotations

from torch import Tensor, nn


class SelfAttention(nn.MultiheadAttention):
    """Each element of a sequence looks at all of them: [N, S, E] to [N, S, E].

    Vaswani et al., Attention Is All You Need (https://arxiv.org/abs/1706.03762), section 3.2.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, *, dropout: float = 0.0, bias: bool = True
    ) -> None:
        super().__init__(embed_dim, num_heads, dropout=dropout, bias=bias, batch_first=True)

    def forward(self, sequence: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(sequence, sequence, sequence, need_weights=False)[0]

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, num_heads={self.num_heads}, dropout={self.dropout}"
