"""The images of a split in memory, before any random transform; splits drawn from the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.catalog.images.held_out import held_out_per_class
from cifar_pipe.catalog.tables.datasets import held_out
from cifar_pipe.errors import DataBroken

# So that the validation split of a folder is not drawn as its test split was.
_STREAMS = {"test": 1, "val": 2}


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

    def subset(self, indices: Tensor, *, name: str) -> Split:
        """A split of the images at `indices` (int64 `[n]`), in that order."""
        files = tuple(self.files[i] for i in indices.tolist()) if self.files else ()
        return Split(name, self.at(indices), self.labels[indices], files)

    def at(self, indices: Tensor) -> Tensor | list[Tensor]:
        """The images alone at `indices` (int64 `[n]`)."""
        if isinstance(self.images, list):
            return [self.images[index] for index in indices.tolist()]
        return self.images.index_select(0, indices)

    def per_class(self, num_classes: int) -> list[int]:
        """How many images each class has; only where the labels are classes."""
        return torch.bincount(self.labels, minlength=num_classes).tolist()


@dataclass(frozen=True)
class Splits:
    """What a dataset gives: splits by name (`train`, `test`, perhaps `val`) and the class names,
    none where the targets are numbers. `baked` is for each split how many of its transforms, from
    the first, its images have already gone through.
    """

    by_name: dict[str, Split]
    classes: tuple[str, ...]
    baked: Mapping[str, int] = field(default_factory=dict)


def random_indices(
    labels: Sequence[int] | Tensor, share: float, *, seed: int, held_out_as: str
) -> tuple[list[int], list[int]]:
    """The indices that stay and those held out, each in rising order.

    `labels` are the classes of all images, int `[N]`; of each class the share is held out
    (`held_out_per_class`). Of targets that are numbers, float `[N, ...]`, none is a class. With the
    same seed, a smaller share is a part of a larger one.
    """
    order = np.random.default_rng((seed, _STREAMS[held_out_as])).permutation(len(labels))
    classes = np.asarray(labels)
    if not np.issubdtype(classes.dtype, np.integer):
        classes = np.zeros(len(labels), dtype=np.int64)
    counts = np.bincount(classes)
    taken = held_out_per_class(counts.tolist(), held_out(len(labels), share))
    by_class = np.split(order[np.argsort(classes[order], kind="stable")], counts.cumsum()[:-1])
    parts = list(zip(by_class, taken, strict=True))
    kept = np.concatenate([indices[count:] for indices, count in parts])
    held = np.concatenate([indices[:count] for indices, count in parts])
    return np.sort(kept).tolist(), np.sort(held).tolist()


def random_split(whole: Split, share: float, *, seed: int, held_out_as: str) -> tuple[Split, Split]:
    """The training split that stays, and the held-out split; raises DataBroken for one image."""
    if len(whole) < 2:
        raise DataBroken(
            f"a single {whole.name} image cannot be divided, to hold some out as {held_out_as}",
            help="leave validation_split out, or use more images",
        )
    parts = random_indices(whole.labels, share, seed=seed, held_out_as=held_out_as)
    kept, taken = map(torch.tensor, parts)
    return whole.subset(kept, name="train"), whole.subset(taken, name=held_out_as)
