# ruff: noqa: ARG001, FBT001, FBT002  the signatures are PyTorch's
"""Answers the commonest functions on the meta device by formula, and counts their multiply-adds.

PyTorch computes most shapes on meta in Python code whose first use imports sympy and torch.fx:
0.6 to 2 s for a network that is checked in milliseconds. A rule answers only where it is sure;
everything else, and everything wrong, is left to PyTorch, which then says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cifar_pipe.model.planning.formulas.windows import (
    adapted,
    averaged,
    convolved,
    pooled,
    transposed,
)

Answer = Tensor | None


class ShapeMode(TorchFunctionMode):
    """While it is on, tensors are meta tensors; `multiply_adds` are those of one image.

    They grow with each product seen. Where the first operand begins with the images of the batch,
    each has its share; a table that the whole batch needs is made for one image too.
    """

    def __init__(self, *, batch_size: int) -> None:
        super().__init__()
        self.multiply_adds = 0
        self._batch_size = batch_size

    def _count(self, first: Tensor, products: int) -> None:
        shared = len(first) % self._batch_size > 0
        self.multiply_adds += products if shared else products // self._batch_size

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        rule, kwargs = _RULES.get(func), dict(kwargs or {})
        if func in _COUNTED:
            # Some networks call them with names.
            args = (*args, *(kwargs.pop(name) for name in ("input", "weight")[len(args) :]))
        first = args[0] if args else kwargs.get("tensor", kwargs.get("input"))
        # What a network computes for itself, RegNet its widths, must have its true values.
        if rule is not None and isinstance(first, Tensor) and first.is_meta:
            answer = rule(*args, **kwargs)
            if answer is not None:
                if func in _COUNTED:
                    weight: Tensor = args[1]
                    # An output sums over one kernel, or row of weights; transposed, an input is
                    # spread over one.
                    numbers = first if func in _TRANSPOSED else answer
                    self._count(first, numbers.numel() * (weight.numel() // weight.shape[0]))
                return answer
        answer = func(*args, **kwargs)
        if func in _PRODUCTS:
            self._count(args[0], answer.numel() * args[0].shape[-1])
        elif func is torch.einsum:
            self._count(args[1], _einsum_products(*args))
        return answer


def _einsum_products(equation: str, *operands: Tensor) -> int:
    """Of `b i d, b j d -> b i j`: one for each value of each index."""
    indices = equation.replace(" ", "").partition("->")[0].split(",")
    sizes = {
        index: size
        for letters, one in zip(indices, operands, strict=True)
        for index, size in zip(letters, one.shape, strict=True)
    }
    return prod(sizes.values())


def _convolution(
    images: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Answer:
    kernel = weight.shape[2:]
    if images.ndim != len(kernel) + 2 or images.shape[1] != weight.shape[1] * groups:
        return None
    pixels = convolved(images.shape[2:], kernel, stride, padding, dilation)
    if 0 in pixels:
        return None
    return images.new_empty((images.shape[0], weight.shape[0], *pixels))


def _transposed(
    images: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Answer:
    kernel = weight.shape[2:]
    if images.ndim != len(kernel) + 2 or images.shape[1] != weight.shape[0]:
        return None
    pixels = transposed(images.shape[2:], kernel, stride, padding, output_padding, dilation)
    if min(pixels) < 1:
        return None
    return images.new_empty((images.shape[0], weight.shape[1] * groups, *pixels))


def _linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None) -> Answer:
    if rows.shape[-1] != weight.shape[1]:
        return None
    return rows.new_empty((*rows.shape[:-1], weight.shape[0]))


def _pooled(
    images: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Answer:
    pixels = pooled(images.shape[2:], kernel_size, stride, padding, dilation, ceil=ceil_mode)
    if return_indices or 0 in pixels:
        return None
    return images.new_empty((*images.shape[:2], *pixels))


def _average(
    images: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Answer:
    pixels = averaged(images.shape[2:], kernel_size, stride, padding, ceil=ceil_mode)
    return None if 0 in pixels else images.new_empty((*images.shape[:2], *pixels))


def _adaptive(images: Tensor, output_size: Any, return_indices: bool = False) -> Answer:
    if return_indices:
        return None
    pixels = adapted(images.shape[2:], output_size)
    return images.new_empty((*images.shape[:2], *pixels))


def _grouped(images: Tensor, num_groups: int, *_: Any, **__: Any) -> Answer:
    if images.numel() == images.shape[0] * num_groups:
        # PyTorch says so of one image, and makes zeros of several.
        raise ValueError("Expected more than 1 value per group")
    return images


def _unchanged(*args: Any, **kwargs: Any) -> Answer:
    """For what works element by element, and for what fills a tensor."""
    tensor = args[0] if args else kwargs.get("tensor", kwargs.get("input"))
    assert isinstance(tensor, Tensor)
    return tensor


def _added(images: Any, other: Any, **_: Any) -> Answer:
    scalar = isinstance(other, int | float)
    same = scalar or (isinstance(other, Tensor) and other.shape == images.shape)
    return images if isinstance(images, Tensor) and same else None


def _by_dimensions(name: str) -> tuple[Callable[..., Any], ...]:
    return tuple(getattr(F, name.format(count)) for count in (1, 2, 3))


_CONVOLUTIONS = _by_dimensions("conv{}d")
_TRANSPOSED = _by_dimensions("conv_transpose{}d")
_ADAPTIVE = (*_by_dimensions("adaptive_avg_pool{}d"), *_by_dimensions("adaptive_max_pool{}d"))
_UNCHANGED: tuple[Callable[..., Any], ...] = (
    *(F.relu, F.relu6, F.leaky_relu, F.rrelu, F.elu, F.celu, F.selu, F.gelu, F.silu, F.mish),
    *(F.hardswish, F.hardsigmoid, F.logsigmoid, F.hardtanh, F.tanhshrink, F.hardshrink),
    *(F.softshrink, F.softplus, F.softsign, F.threshold),
    *(F.softmax, F.log_softmax, F.softmin),
    *(F.dropout, *_by_dimensions("dropout{}d"), F.alpha_dropout, F.feature_alpha_dropout),
    *(F.batch_norm, F.layer_norm),
    *(torch.relu, torch.relu_, torch.sigmoid, torch.tanh),
    *(Tensor.normal_, Tensor.uniform_, Tensor.fill_, Tensor.zero_),
    *(nn.init.uniform_, nn.init.normal_, nn.init.constant_, nn.init.zeros_, nn.init.ones_),
    *(nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.trunc_normal_),
    *(nn.init.xavier_uniform_, nn.init.xavier_normal_),
)
_PRODUCTS = {torch.matmul, torch.bmm, Tensor.matmul, Tensor.__matmul__, Tensor.bmm}
_COUNTED = {*_CONVOLUTIONS, *_TRANSPOSED, F.linear}
_RULES: Mapping[Callable[..., Any], Callable[..., Answer]] = {
    **dict.fromkeys(_CONVOLUTIONS, _convolution),
    **dict.fromkeys(_TRANSPOSED, _transposed),
    F.linear: _linear,
    **dict.fromkeys(_by_dimensions("max_pool{}d"), _pooled),
    **dict.fromkeys(_by_dimensions("avg_pool{}d"), _average),
    **dict.fromkeys(_ADAPTIVE, _adaptive),
    **dict.fromkeys(_UNCHANGED, _unchanged),
    F.group_norm: _grouped,
    **dict.fromkeys((Tensor.add, Tensor.add_, Tensor.__iadd__, Tensor.__add__), _added),
}
