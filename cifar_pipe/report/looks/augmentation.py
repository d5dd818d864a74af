"""A few training images before and after their augmentation, as a picture."""

from __future__ import annotations

import io

import torch
from PIL import Image, ImageOps
from torch import Tensor

from cifar_pipe.data.batches import Data
from cifar_pipe.report.looks.names import AUGMENTED_EPOCHS

COUNT = 8
_SIDE, _GAP, _BELOW_FIRST = 96, 8, 20


def before_and_after(data: Data) -> bytes | None:
    """A PNG with a transparent ground: above, the first images that are spread over the training split,
    and below each what three epochs make of it. None where nothing is drawn at random.
    """
    if "train" not in data.splits:
        return None
    whole = data.count("train")
    indices = [whole * place // COUNT for place in range(min(COUNT, whole))]
    columns = [_column(data, index) for index in indices]
    if any(picture.ndim != 3 for column in columns for picture in column):
        # One image becomes several, as with FiveCrop.
        return None
    if not any(_differ(after) for _, *after in columns):
        return None
    rows = AUGMENTED_EPOCHS + 1
    size = len(columns) * (_SIDE + _GAP) - _GAP, rows * (_SIDE + _GAP) - _GAP + _BELOW_FIRST
    sheet = Image.new("RGBA", size)
    for at, column in enumerate(columns):
        for row, picture in enumerate(column):
            top = row * (_SIDE + _GAP) + (_BELOW_FIRST if row else 0)
            sheet.paste(_tile(picture), (at * (_SIDE + _GAP), top))
    content = io.BytesIO()
    sheet.save(content, "PNG", optimize=True)
    return content.getvalue()


def _column(data: Data, index: int) -> list[Tensor]:
    """The image as it was loaded, and as each of the epochs has it, uint8 `[3, H, W]`."""
    after = (
        data.pictures("train", [index], transformed=True, epoch=epoch)[0]
        for epoch in range(AUGMENTED_EPOCHS)
    )
    return [data.pictures("train", [index])[0], *after]


def _differ(pictures: list[Tensor]) -> bool:
    return not all(torch.equal(one, pictures[0]) for one in pictures)


def _tile(picture: Tensor) -> Image.Image:
    image = Image.fromarray(picture.permute(1, 2, 0).contiguous().cpu().numpy())
    is_small = max(image.size) < _SIDE
    how = Image.Resampling.NEAREST if is_small else Image.Resampling.LANCZOS
    return ImageOps.pad(image, (_SIDE, _SIDE), how, color="#808080")
