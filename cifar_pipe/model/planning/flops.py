"""Multiply-adds of what no rule of `shape_rules` counts: attention."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def has_attention(module: nn.Module) -> bool:
    return any(isinstance(one, nn.MultiheadAttention) for one in module.modules())


def count_multiply_adds(module: nn.Module, images: Tensor) -> int:
    """Multiply-adds of the matrix products in the forward pass, counted as PyTorch runs them."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415  slow, and seldom needed

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(images)
    return int(counter.get_total_flops()) // 2
