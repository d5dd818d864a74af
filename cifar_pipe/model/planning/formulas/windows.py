"""How many windows fit into an image, and what else PyTorch computes of sizes alone.

References: https://docs.pytorch.org/docs/stable/nn.html, "Shape" of each layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

# Of windows in the padding: nobody has that many, but anybody may write them.
_MOST_BEGINS = 1000


def each(value: int | Iterable[Any], count: int) -> tuple[Any, ...]:
    """The value of each of `count` dimensions, where one may stand for all."""
    sizes = (value,) if isinstance(value, int) else tuple(value)
    return sizes * count if len(sizes) == 1 else sizes


def windows(
    pixels: Sequence[int],
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    *,
    ceil: bool = False,
) -> tuple[int, ...]:
    """How many windows fit along each dimension; 0 where none does."""
    settings = (each(one, len(pixels)) for one in (kernel, stride, padding, dilation))
    counts = []
    for n, k, s, p, d in zip(pixels, *settings, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        count = (-(-room // s) if ceil else room // s) + 1
        # With ceil, the last window must begin inside the image or its left padding.
        if ceil and (count - 1) * s >= n + p:
            count -= 1
        counts.append(max(count, 0) if room >= 0 or ceil else 0)
    return tuple(counts)


def convolved(
    pixels: Sequence[int], kernel: Any, stride: Any, padding: Any, dilation: Any
) -> tuple[int, ...]:
    """Of a convolution, whose padding may be `same` (with stride 1) or `valid`."""
    if padding == "same":
        return tuple(pixels)
    return windows(pixels, kernel, stride, 0 if padding == "valid" else padding, dilation)


def transposed(
    pixels: Sequence[int], kernel: Any, stride: Any, padding: Any, more: Any, dilation: Any
) -> tuple[int, ...]:
    """Of a transposed convolution with output_padding `more`. Raises ValueError where that is too large."""
    settings = (each(one, len(pixels)) for one in (kernel, stride, padding, more, dilation))
    counts = []
    for n, k, s, p, o, d in zip(pixels, *settings, strict=True):
        if o >= max(s, d):
            # PyTorch says so on the CPU, and not on meta.
            raise ValueError("output padding must be smaller than either stride or dilation")
        counts.append((n - 1) * s - 2 * p + d * (k - 1) + o + 1)
    return tuple(counts)


def pooled(
    pixels: Sequence[int],
    kernel: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    *,
    ceil: bool = False,
) -> tuple[int, ...]:
    """Of a pooling, whose stride is the kernel's size if there is none. Raises ValueError for a padding
    that PyTorch refuses, and for a window without a pixel.
    """
    kernels = each(kernel, len(pixels))
    if any(p > k // 2 for p, k in zip(each(padding, len(pixels)), kernels, strict=True)):
        # The CPU counts the kernel without its dilation here, and meta with it.
        raise ValueError("pad should be at most half of the kernel size")
    steps = kernels if stride is None or stride == () else stride
    counts = windows(pixels, kernels, steps, padding, dilation, ceil=ceil)
    settings = (each(one, len(pixels)) for one in (steps, padding, dilation))
    if any(_misses(*one) for one in zip(counts, pixels, *settings, strict=True)):
        # PyTorch takes it, and writes outside its memory in the backward pass.
        raise ValueError("image smaller than kernel size")
    return counts


def _misses(count: int, pixels: int, stride: int, padding: int, dilation: int) -> bool:
    """Whether one of the windows, which begins in the padding on the left, steps over all pixels."""
    begins = range(-padding, 0, stride)[: min(count, _MOST_BEGINS)]
    return dilation > pixels and any(begin % dilation >= pixels for begin in begins)


def averaged(
    pixels: Sequence[int], kernel: Any, stride: Any = None, padding: Any = 0, *, ceil: bool = False
) -> tuple[int, ...]:
    """The same of a pooling that takes means. Raises ValueError for a kernel that PyTorch refuses too."""
    # In three dimensions PyTorch compares the image without its padding.
    margins = each(padding if len(pixels) < 3 else 0, len(pixels))
    kernels = each(kernel, len(pixels))
    if any(n + 2 * p < k for n, p, k in zip(pixels, margins, kernels, strict=True)):
        # It says so on the CPU, and not on meta.
        raise ValueError("image smaller than kernel size")
    return pooled(pixels, kernel, stride, padding, ceil=ceil)


def adapted(pixels: Sequence[int], wanted: Any) -> tuple[int, ...]:
    """Of an adaptive pooling: None keeps a dimension's size."""
    sizes = each(wanted, len(pixels))
    return tuple(n if size is None else size for size, n in zip(sizes, pixels, strict=True))
