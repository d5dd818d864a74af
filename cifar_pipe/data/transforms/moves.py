"""Transforms that only move pixels and replace their values: by tables, for whoever makes images in one pass.

Any list of them is a move of each image (a corner, and which way its columns run) and, for each channel, a
table of what each of the 256 values becomes: the same floats, to the bit, as the steps of the list give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_effects import pair
from cifar_pipe.catalog.images.transform_flow import mixes
from cifar_pipe.data.transforms.boxes import crop_corners, crop_padding
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws, Rows

_BY_VALUE = ("ToTensor", "Normalize", "ToImage", "PILToTensor", "ToPureTensor", "Identity")
_VALUES = torch.arange(256, dtype=torch.uint8)


@dataclass(frozen=True, slots=True)
class Moves:
    """`table` is float32 `[C, 256]`; `outside` `[C]` what stands where the image has no pixels; `shape` is
    (C, h, w) of the results.
    """

    table: Tensor
    outside: Tensor
    shape: tuple[int, int, int]
    _size: tuple[int, int]
    _crop: tuple[int, Component] | None
    _flip: tuple[int, Component] | None
    _flips_first: bool

    def of(self, draws: Draws) -> Tensor | None:
        """For each row of the draws the first row and column of the image, which may lie outside, and the step
        to the next column, 1 or -1: int32 `[count, 3]`. None where no image moves.
        """
        if self._crop is None and self._flip is None:
            return None
        top = left = torch.zeros(draws.count, dtype=torch.int64)
        if self._crop is not None:
            place, crop = self._crop
            top, left = crop_corners(crop, draws.table(place, 2), self._size)
            before = crop_padding(crop, self._size)
            left, top = left - before[0], top - before[1]
        step = torch.ones(draws.count, dtype=torch.int64)
        if self._flip is not None:
            place, flip = self._flip
            flipped = draws.table(place, 1)[:, 0] < flip.get("p")
            step = torch.where(flipped, -1, 1)
            # The first column of the result is the last of what is cut out.
            last = self._size[1] - 1 - left if self._flips_first else left + self.shape[2] - 1
            left = torch.where(flipped, last, left)
        return torch.stack([top, left, step], 1).to(torch.int32)


def moves_of(
    transforms: Sequence[Component], shape: Sequence[int], *, baked: int = 0
) -> Moves | None:
    """Of images uint8 `shape` (C, H, W), whose first `baked` transforms are done; None where the list does more."""
    channels, *size = shape
    transforms = [one for one in transforms if not mixes(one)]
    found: dict[str, tuple[int, Component]] = {}
    table = _VALUES.view(1, 1, 16, 16).expand(1, channels, 16, 16)
    outside = table[:, :, :1, :1]
    nothing: Any = Rows(Draws(0, 0, 1), 0, torch.zeros(1, dtype=torch.int64))
    names = []
    for place, step in compile_chain(transforms, baked=baked).steps:
        one = transforms[place]
        if one.name in _BY_VALUE:
            table, outside = step(table, nothing), step(outside, nothing)  # type: ignore[assignment]
        elif one.name in ("RandomCrop", "RandomHorizontalFlip") and one.name not in found:
            found[one.name] = place, one
            names.append(one.name)
            if one.name == "RandomCrop":
                if one.get("padding_mode") != "constant" or one.get("fill") != 0:
                    return None
                outside = torch.zeros_like(outside)
        else:
            return None
    if table.dtype != torch.float32:
        return None
    crop = found.get("RandomCrop")
    height, width = pair(crop[1].get("size")) if crop is not None else size
    return Moves(
        table.reshape(channels, 256).contiguous(),
        outside.reshape(channels).contiguous(),
        (channels, height, width),
        (size[0], size[1]),
        crop,
        found.get("RandomHorizontalFlip"),
        names[:1] == ["RandomHorizontalFlip"],
    )
