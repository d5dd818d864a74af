"""The data of a pipeline: its splits, and how they become batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_flow import PerSplit, of_split
from cifar_pipe.data.pictures import as_pictures
from cifar_pipe.data.store import Split
from cifar_pipe.data.transforms.randomness import Draws, order
from cifar_pipe.data.transforms.transforms import Chain, compile_chain
from cifar_pipe.errors import DataBroken
from cifar_pipe.training.length import steps_per_epoch

# Images are gathered and transformed in blocks of about so many values, and batches are slices of
# a block: the cost of a step is shared by many small batches, and a block stays in the cache
# (256 images of 3x32x32; 1024 took twice the time). A GPU has more to do at once.
_BLOCK_VALUES = 256 * 3 * 32 * 32
_BLOCK_VALUES_ON_GPU = 16 * _BLOCK_VALUES


class Data:
    """Images and labels by split, and what is done to them on the way to the network.

    `transforms` are as the stage load_data declares them; `baked` says for each split how many of
    them, from the first, its images have behind them (`fixed_prefix`). `source` is what else
    belongs into `info`: the dataset's name, whether it stands in for another.
    """

    def __init__(
        self,
        splits: Mapping[str, Split],
        *,
        classes: Sequence[str] = (),
        transforms: Sequence[Component] | PerSplit = (),
        batch_size: int = 1,
        shuffle: bool = True,
        drop_last: bool = False,
        baked: Mapping[str, int] | None = None,
        source: Mapping[str, Any] | None = None,
    ) -> None:
        self.splits = dict(splits)
        self.classes = tuple(classes)
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self._chains = {
            (split, training): compile_chain(
                of_split(transforms, split, training=training), baked=(baked or {}).get(split, 0)
            )
            for split in self.splits
            for training in (True, False)
        }
        self.image_shape = self._first_shape()
        self.info: dict[str, Any] = {
            **(source or {}),
            **{split: len(stored) for split, stored in self.splits.items()},
            "classes": list(self.classes),
            "image_shape": list(self.image_shape),
        }

    @property
    def num_classes(self) -> int | None:
        """None where the targets are numbers."""
        return len(self.classes) or None

    def count(self, split: str) -> int:
        """Images of the split."""
        return len(self.splits[split])

    def steps_per_epoch(self) -> int:
        """Training batches per epoch."""
        return steps_per_epoch(self.count("train"), self.batch_size, drop_last=self.drop_last)

    def batches(
        self,
        split: str,
        *,
        batch_size: int | None = None,
        epoch: int = 0,
        seed: int = 0,
        training: bool = False,
        device: str | torch.device = "cpu",
        skip: int = 0,
        _block_values: int | None = None,
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Images float32 `[n, C, H, W]` and labels `[n]`, on `device`; a batch is a view.

        While training, the order is a permutation made from (seed, epoch) alone, and what the
        random transforms draw for an image is made from (seed, epoch, its index in the split)
        alone: neither depends on the batch size. Otherwise images come in the order in which they
        are stored, each of them once. `skip` leaves out so many batches at the beginning without
        making them, which goes on where a training was stopped within an epoch. Raises DataBroken where images still differ in size.
        """
        stored = self.splits[split]
        size = batch_size or self.batch_size
        indices = self._order(stored, size, epoch=epoch, seed=seed, training=training)
        chain, draws = self._chains[split, training], Draws(seed, epoch, len(stored))
        block = self._block(size, torch.device(device), _block_values)
        for start in range(skip * size, len(indices), block):
            chosen = indices[start : start + block]
            images = _placed(chain, _gathered(stored, chosen), chosen, draws, torch.device(device))
            labels = stored.labels.index_select(0, chosen).to(device)
            yield from zip(torch.split(images, size), torch.split(labels, size), strict=True)

    def pictures(
        self, split: str, indices: Sequence[int] | Tensor, *, transformed: bool = False
    ) -> Tensor:
        """The images at `indices` for people, uint8 `[n, 3, H, W]`.

        As they were loaded, or with `transformed` as they stand in the first epoch of seed 0,
        their values spread over 0 to 255.
        """
        chosen = torch.as_tensor(indices, dtype=torch.int64)
        images = _gathered(self.splits[split], chosen)
        if transformed:
            draws = Draws(0, 0, self.count(split))
            images = self._chains[split, True](images, chosen, draws)
        return as_pictures(images)

    def _order(self, stored: Split, size: int, *, epoch: int, seed: int, training: bool) -> Tensor:
        count = len(stored)
        if training and self.shuffle:
            indices = order(count, seed=seed, epoch=epoch)
        else:
            indices = torch.arange(count)
        return indices[: count // size * size] if training and self.drop_last else indices

    def _block(self, size: int, device: torch.device, values: int | None) -> int:
        """Images in a block: whole batches, at least one."""
        values = values or (_BLOCK_VALUES if device.type == "cpu" else _BLOCK_VALUES_ON_GPU)
        images = values // max(1, torch.Size(self.image_shape).numel())
        return max(1, images // size) * size

    def _first_shape(self) -> tuple[int, ...]:
        """The shape of the first image behind its transforms."""
        split, stored = next(iter(self.splits.items()))
        first = torch.zeros(1, dtype=torch.int64)
        images = self._chains[split, False](_gathered(stored, first), first, Draws(0, 0, 1))
        return tuple(images[0].shape)


def _gathered(stored: Split, indices: Tensor) -> Tensor | list[Tensor]:
    if isinstance(stored.images, list):
        return [stored.images[index] for index in indices.tolist()]
    return stored.images.index_select(0, indices)


def _placed(
    chain: Chain,
    images: Tensor | list[Tensor],
    indices: Tensor,
    draws: Draws,
    device: torch.device,
) -> Tensor:
    """The images behind their transforms, on the device.

    Bytes move in a quarter of the time of floats, so whole-batch chains work on the device.
    """
    if chain.batchwise and isinstance(images, Tensor):
        images = _moved(images, device)
    changed = chain(images, indices, draws)
    if isinstance(changed, list):
        if len({image.shape for image in changed}) > 1:
            _raise_sizes_differ(changed)
        changed = torch.stack(changed)
    return _moved(changed, device)


def _moved(images: Tensor, device: torch.device) -> Tensor:
    if device.type == "cuda" and images.device.type == "cpu":
        # From pinned memory the copy goes on beside the network's work.
        return images.pin_memory().to(device, non_blocking=True)
    return images.to(device)


def _raise_sizes_differ(images: list[Tensor]) -> None:
    shapes = sorted({tuple(image.shape) for image in images})
    words = " and ".join("x".join(map(str, shape)) for shape in (shapes[0], shapes[-1]))
    raise DataBroken(
        f"images differ in size behind their transforms: {words} among others"
        if len(shapes) > 2
        else f"images differ in size behind their transforms: {words}",
        help="add {type: Resize, size: [height, width]}, or Resize and CenterCrop, to transforms",
    )
