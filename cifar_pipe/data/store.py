"""The images of a split, before any random transform; splits drawn from the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cifar_pipe.catalog.images.folds import Fold
from cifar_pipe.catalog.images.held_out import held_out, held_out_per_class
from cifar_pipe.data.kept_images.digests import KeptDigests
from cifar_pipe.data.kept_images.read_ahead import Asks, ReadAhead
from cifar_pipe.data.transforms.kernels import moved
from cifar_pipe.errors import DataBroken

Indices = npt.NDArray[np.int64]

# So that the validation split of a folder is not drawn as its test split was.
_STREAMS = {"test": 1, "val": 2, "fold": 3}


class StoredImages(Protocol):
    """Images that are not all in memory, or not in a tensor of their own, uint8 `[C, h, w]` each."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Tensor: ...
    def at(self, indices: Tensor, /) -> Tensor | list[Tensor]:
        """Those at `indices` (int64 `[n]`): `[n, C, H, W]`, or a list where sizes vary."""
        ...

    def first_of_each_shape(self) -> dict[tuple[int, ...], int]:
        """The shapes that there are, each with the index of the first image that has it."""
        ...


@dataclass(frozen=True)
class Split:
    """`images` is uint8 `[N, C, H, W]`, float32 where the dataset is made of floats (Random), a
    list of N uint8 `[C, h, w]` where the sizes vary, or stored images. `labels` is int64 `[N]`, or float32
    `[N, *target_shape]` where there are no classes. `files` are where the images came from, in the
    same order, where each has a file of its own. `ahead` asks for images that are mapped; `kept` has what stands
    for the images, as long as they are what was loaded.
    """

    name: str
    images: Tensor | list[Tensor] | StoredImages
    labels: Tensor
    files: tuple[str, ...] = ()
    ahead: ReadAhead | None = None
    kept: KeptDigests | None = None

    def __len__(self) -> int:
        return len(self.images)

    def asks_along(self, order: Tensor, first: int = 0) -> Asks:
        """What to call before the images of this order (int64 `[n]`) are read, from the place `first` on."""
        return self.ahead.along(order, first) if self.ahead is not None else lambda _: None

    def subset(self, indices: Tensor, *, name: str) -> Split:
        """A split of the images at `indices` (int64 `[n]`), in that order."""
        files = tuple(self.files[i] for i in indices.tolist()) if self.files else ()
        return Split(name, self.at(indices), self.labels[indices], files)

    def at(self, indices: Tensor) -> Tensor | list[Tensor]:
        """The images alone at `indices` (int64 `[n]`)."""
        if isinstance(self.images, list):
            return [self.images[index] for index in indices.tolist()]
        if isinstance(self.images, Tensor):
            return self.images.index_select(0, moved(indices, self.images.device))
        return self.images.at(indices)

    def shapes(self) -> dict[tuple[int, ...], int]:
        """Those of the images, `[C, h, w]`, each with the index of the first that has it."""
        if isinstance(self.images, Tensor):
            return {tuple(self.images.shape[1:]): 0}
        if not isinstance(self.images, list):
            return self.images.first_of_each_shape()
        found: dict[tuple[int, ...], int] = {}
        for index, image in enumerate(self.images):
            found.setdefault(tuple(image.shape), index)
        return found

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
    order, counts = _drawn_by_class(labels, seed=seed, stream=held_out_as)
    taken = held_out_per_class(counts.tolist(), held_out(len(labels), share))
    by_class = np.split(order, counts.cumsum()[:-1])
    parts = list(zip(by_class, taken, strict=True))
    kept = np.concatenate([indices[count:] for indices, count in parts])
    held = np.concatenate([indices[:count] for indices, count in parts])
    return np.sort(kept).tolist(), np.sort(held).tolist()


def fold_indices(
    labels: Sequence[int] | Tensor, fold: Fold, *, seed: int
) -> tuple[list[int], list[int]]:
    """The indices that stay and those of the fold, each in rising order.

    With the same seed, each image is in one of the folds. They are dealt the images of one class
    after the other, in an order that is drawn: the counts of a class differ by one at most between
    folds. Of targets that are numbers, float `[N, ...]`, none is a class. Raises DataBroken for a
    class with fewer images than there are folds.
    """
    order, counts = _drawn_by_class(labels, seed=seed, stream="fold")
    if (smallest := int(counts[counts > 0].min(initial=len(labels)))) < fold.of:
        images = f"{smallest} image{'s' if smallest != 1 else ''}"
        raise DataBroken(
            f"{fold.of} folds need as many images of each class, and one has {images}",
            help=f"at most {smallest} folds, or more images",
            setting=("fold", "of"),
        )
    held = np.zeros(len(labels), dtype=bool)
    held[order[fold.number - 1 :: fold.of]] = True
    return np.flatnonzero(~held).tolist(), np.flatnonzero(held).tolist()


def _drawn_by_class(
    labels: Sequence[int] | Tensor, *, seed: int, stream: str
) -> tuple[Indices, Indices]:
    """All indices, those of each class together in an order that is drawn, and the classes' counts."""
    order = np.random.default_rng((seed, _STREAMS[stream])).permutation(len(labels))
    classes = np.asarray(labels)
    if not np.issubdtype(classes.dtype, np.integer):
        classes = np.zeros(len(labels), dtype=np.int64)
    return order[np.argsort(classes[order], kind="stable")], np.bincount(classes)


def divided(whole: Split, fold: Fold, *, seed: int) -> tuple[Split, Split]:
    """The training images that stay, and the fold as the test split; raises as `fold_indices` does."""
    kept, held = map(torch.tensor, fold_indices(whole.labels, fold, seed=seed))
    return whole.subset(kept, name="train"), whole.subset(held, name="test")


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
