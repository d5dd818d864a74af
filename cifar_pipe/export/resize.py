"""Resizing and cropping to a fixed size, of images of any size, with plain operators alone.

Operators of runtimes that resize differ in their rounding, and so do the networks' outputs. Here each
side is one product with a matrix of weights, in float64: for uint8 images bit-equal to what
`torchvision.transforms.v2.functional.resize(antialias=True)` gives on CPUs with AVX2 or NEON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Filter = Literal["bilinear", "bicubic"]
Size = tuple[int, int]
"""(height, width)"""

Resized = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""From the height and width of an image to those that it is resized to: float64 scalars."""

_SUPPORT = {"bilinear": 1.0, "bicubic": 2.0}
# The weights of uint8 images are 16-bit whole numbers, of as many bits as the largest leaves.
_LARGEST, _MOST_BITS = 2**15, 22
# The largest weight is looked for in so many times the rows that are kept, from the first on: in all
# of them, unless an image is more than four times as long as wide.
_ROWS_LOOKED_AT = 4


def unchanged(height: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
    return height, width


def fixed(size: Size) -> Resized:
    return lambda height, width: (torch.full_like(height, size[0]), torch.full_like(width, size[1]))


def covering(size: Size) -> Resized:
    """As small as covers `size`, with the aspect ratio kept."""

    def resized(height: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
        scale = torch.maximum(size[0] / height, size[1] / width)
        rounded = ((height * scale).round(), (width * scale).round())
        return rounded[0].clamp(min=size[0]), rounded[1].clamp(min=size[1])

    return resized


def shorter_side(length: int) -> Resized:
    """Torchvision's rule for a size of one number: fractions of the longer side are cut off."""

    def resized(height: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
        short = torch.minimum(height, width)
        return (length * height / short).floor(), (length * width / short).floor()

    return resized


@dataclass(frozen=True, slots=True)
class ResizeAndCrop:
    """Images `[n, C, H, W]`, uint8 or float32, to `[n, C, *size]` of the same kind of number: what
    `resized` makes of their size, and of that the middle. What the middle has beyond it is 0.
    """

    size: Size
    resized: Resized
    filter: Filter = "bilinear"

    def __call__(self, images: Tensor) -> Tensor:
        sides = images.shape[2], images.shape[3]
        before = [torch.scalar_tensor(side, dtype=torch.float64) for side in sides]
        after = self.resized(*before)
        values = images.double()
        # As torchvision does it: first along the width.
        for side in (1, 0):
            rows = _Rows(sides[side], before[side], after[side], self.filter)
            values = _along(
                values, rows, self.size[side], side, whole=not images.is_floating_point()
            )
        return values.to(images.dtype)


def _along(values: Tensor, rows: _Rows, kept: int, side: int, *, whole: bool) -> Tensor:
    """One side of the images resized, `kept` pixels of its middle."""
    numbers = torch.arange(kept, dtype=torch.float64) + _first(rows.after, kept)
    weights, one = rows.weights(numbers), None
    if whole:
        looked_at = torch.arange(_ROWS_LOOKED_AT * kept, dtype=torch.float64)
        weights, one = _whole(weights, rows.weights(looked_at).amax((0, 1)))
    made = values @ weights.T if side == 1 else weights @ values
    return made if one is None else ((made + one / 2) / one).floor().clamp(0, 255)


def _first(length: Tensor, kept: int) -> Tensor:
    """The number of the first pixel of the middle; below 0 where the middle is longer."""
    cut = ((length - kept) / 2).round()
    return torch.where(length < kept, -((kept - length) / 2).floor(), cut)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The weights with which the pixels of one side, `length` before, become `after`."""

    length: int
    before: Tensor
    after: Tensor
    filter: Filter

    def weights(self, numbers: Tensor) -> Tensor:
        """Of the resized pixels of these numbers, float64 `[n, length]`; 0 beyond the image.

        Each is a mean of the pixels below the filter, whose middle is at the pixel's and which is as
        wide as the pixels are dense (Pillow's Resample.c, ATen's UpSampleKernel.cpp).
        """
        pixels = torch.arange(self.length, dtype=torch.float64)
        scale = self.before / self.after
        wide = scale.clamp(min=1.0)
        middles = (scale * (numbers + 0.5)).unsqueeze(1)
        reach = wide * _SUPPORT[self.filter]
        first = (middles - reach + 0.5).trunc().clamp(min=0)
        end = torch.minimum((middles + reach + 0.5).trunc(), self.before)
        distances = ((pixels + 0.5 - middles) / wide).abs()
        below = (pixels >= first) & (pixels < end)
        found = torch.where(below, _FILTERS[self.filter](distances), 0.0)
        total = found.sum(1, keepdim=True)
        inside = ((numbers >= 0) & (numbers < self.after)).unsqueeze(1)
        return torch.where(inside, found / torch.where(inside, total, 1.0), 0.0)


def _whole(weights: Tensor, largest: Tensor) -> tuple[Tensor, Tensor]:
    """The weights as whole numbers, and the number that stands for 1."""
    ones = 2.0 ** (torch.arange(_MOST_BITS, dtype=torch.float64) + 1)
    one = torch.where((0.5 + largest * ones).floor() < _LARGEST, ones, 1.0).amax(0)
    scaled = weights * one
    return torch.where(scaled < 0, (scaled - 0.5).ceil(), (scaled + 0.5).floor()), one


def _bilinear(distances: Tensor) -> Tensor:
    return (1 - distances).clamp(min=0)


def _bicubic(x: Tensor) -> Tensor:
    """Keys (1981) with a = -0.5."""
    a = -0.5
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * a
    return torch.where(x < 1, near, torch.where(x < 2, far, 0.0))


_FILTERS: dict[Filter, Callable[[Tensor], Tensor]] = {"bilinear": _bilinear, "bicubic": _bicubic}
