"""The images of one split as they lie in memory, before any random transform."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Split:
    """`images` is uint8 `[N, C, H, W]`, float32 where the dataset is made of floats (Random), or a
    list of N uint8 `[C, h, w]` where the sizes vary. `labels` is int64 `[N]`, or float32
    `[N, *target_shape]` where there are no classes. `files` are where the images came from, in the
    same order, where each has a file of its own.
    """

    name: str
    images: Tensor | list[Tensor]
    labels: Tensor
    files: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.images)

    @property
    def varies(self) -> bool:
        """Whether the images differ in size, so that they lie in a list."""
        return isinstance(self.images, list)

    def subset(self, indices: Tensor, *, name: str | None = None) -> Split:
        """The images at `indices` (int64 `[n]`), in that order."""
        if isinstance(self.images, list):
            images: Tensor | list[Tensor] = [self.images[i] for i in indices.tolist()]
        else:
            images = self.images[indices]
        files = tuple(self.files[i] for i in indices.tolist()) if self.files else ()
        return Split(name or self.name, images, self.labels[indices], files)

    def per_class(self, num_classes: int) -> list[int]:
        """How many images each class has; only where the labels are classes."""
        counts: list[int] = torch.bincount(self.labels, minlength=num_classes).tolist()
        return counts


@dataclass(frozen=True)
class Splits:
    """What a dataset gives: splits by name (`train`, `test`, perhaps `val`) and the class names,
    none where the targets are numbers.
    """

    by_name: dict[str, Split]
    classes: tuple[str, ...]
