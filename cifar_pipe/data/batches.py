"""The data of a pipeline: its splits, and how they become batches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_flow import PerSplit, mixer_of, of_split
from cifar_pipe.catalog.tables.samplers import images_per_epoch
from cifar_pipe.data.overlap import Block, in_a_thread, made_ahead
from cifar_pipe.data.picking import Recipe
from cifar_pipe.data.pictures import as_pictures
from cifar_pipe.data.sampling import sampled
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Split
from cifar_pipe.data.stored_images import in_tensor, is_streamed, on_device
from cifar_pipe.data.transforms.chain import Chain, compile_chain
from cifar_pipe.data.transforms.kernels import moved
from cifar_pipe.data.transforms.mixing import Batch, mixed
from cifar_pipe.data.transforms.moves import moves_of
from cifar_pipe.data.transforms.randomness import Draws, order
from cifar_pipe.errors import DataBroken
from cifar_pipe.profiling import timed
from cifar_pipe.runtime import Residency
from cifar_pipe.training_length import batches_per_epoch

# Images are gathered and transformed in blocks of about so many values, and batches are slices of
# a block: the cost of a step is shared by many small batches, and a block stays in the cache
# (256 images of 3x32x32; 1024 took twice the time). A GPU has more to do at once.
_BLOCK_VALUES = 256 * 3 * 32 * 32
_BLOCK_VALUES_ON_GPU = 16 * _BLOCK_VALUES


@dataclass(frozen=True)
class Batching:
    """How images become batches, as the stage load_data declares it."""

    transforms: Sequence[Component] | PerSplit = ()
    batch_size: int = 1
    shuffle: bool = True
    drop_last: bool = False
    sampler: Component | None = None


@dataclass(frozen=True)
class Epoch:
    """One pass of a training over its images: what is drawn is made from (seed, number) alone.

    `skip` leaves out so many batches at the beginning, to go on where a training was stopped within
    an epoch: the rest are equal to the bit.
    """

    number: int = 0
    seed: int = 0
    skip: int = 0


class Data:
    """Images and labels by split, and what is done to them before the network gets them.

    `baked` is for each split how many of its transforms, from the first, its images have already
    gone through (`fixed_prefix`). `source` is what else `info` gets: the dataset's name, whether it
    stands in for another. `settings` are what it was loaded by. With the `residency` device, or auto and
    room for them, the images of a split stay on the GPU that once has asked for them.
    """

    def __init__(
        self,
        splits: Mapping[str, Split],
        *,
        classes: Sequence[str] = (),
        batching: Batching = Batching(),
        baked: Mapping[str, int] | None = None,
        source: Mapping[str, Any] | None = None,
        settings: DataSettings | None = None,
        residency: Residency = "memory",
    ) -> None:
        self._residency = residency
        self._on_device: dict[tuple[str, torch.device], Split] = {}
        self.splits = dict(splits)
        self.classes = tuple(classes)
        self.batch_size = batching.batch_size
        self.batching = batching
        self.settings = settings
        self.baked = dict(baked or {})
        self._chains = {}
        for split, training in product(self.splits, (True, False)):
            transforms = of_split(batching.transforms, split, training=training)
            chain = compile_chain(transforms, baked=(baked or {}).get(split, 0))
            self._chains[split, training] = chain
        self._mixer = mixer_of(batching.transforms)
        # The shape of each split's first image after its transforms.
        self.image_shapes = {split: self._first_shape(split) for split in self.splits}
        self.image_shape = next(iter(self.image_shapes.values()))
        self.info: dict[str, Any] = {
            **(source or {}),
            **{split: len(stored) for split, stored in self.splits.items()},
            "classes": list(self.classes),
            "image_shape": list(self.image_shape),
        }

    def _first_shape(self, split: str) -> tuple[int, ...]:
        first = torch.zeros(1, dtype=torch.int64)
        images = self._chains[split, False](self.splits[split].at(first), first, Draws(0, 0, 1))
        return tuple(images[0].shape)

    @property
    def num_classes(self) -> int | None:
        """None where the targets are numbers."""
        return len(self.classes) or None

    def count(self, split: str) -> int:
        return len(self.splits[split])

    def batches_per_epoch(self) -> int:
        drop_last = self.batching.drop_last
        return batches_per_epoch(self.images_per_epoch(), self.batch_size, drop_last=drop_last)

    def images_per_epoch(self) -> int:
        """How many images a training takes in an epoch, before any is left out for `drop_last`."""
        return images_per_epoch(self.batching.sampler, self.count("train"))

    def batches(
        self,
        split: str,
        *,
        training: Epoch | None = None,
        batch_size: int | None = None,
        device: str | torch.device = "cpu",
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Images float32 `[n, C, H, W]` and labels `[n]`, on `device`; a batch is a view.

        Where the transforms mix the batches of a training, labels are shares of the classes, float32
        `[n, classes]`.

        While training, the order is made from the epoch's seed and number alone, and what the random
        transforms draw for an image is made from these and its index in the split (its place in the
        order where a sampler may take it several times): neither depends on the batch size. Outside training, images come in the order in
        which they are stored, each of them once.

        Raises DataBroken where images still differ in size.
        """
        epoch, device = training or Epoch(), torch.device(device)
        stored, size = self._resident(split, device), batch_size or self.batch_size
        indices = self._order(stored, size, training)
        sampling = training is not None and self.batching.sampler is not None
        chain = self._chains[split, training is not None]
        draws = Draws(epoch.seed, epoch.number, max(len(stored), len(indices)))
        block = self._block(size, device)
        # Blocks begin where they would without `skip`: kernels may round by a block's size.
        starts = range(epoch.skip * size // block * block, len(indices), block)
        ask = stored.asks_along(indices, starts.start)

        def gathered_blocks() -> Iterator[tuple[Tensor, Tensor, Tensor | list[Tensor]]]:
            for start in starts:
                chosen = indices[start : start + block]
                ask(start + len(chosen))
                rows = torch.arange(start, start + len(chosen)) if sampling else chosen
                with timed("gather"):
                    gathered = stored.at(chosen)
                    labels = stored.labels.index_select(0, chosen)
                yield rows, labels, gathered

        def blocks() -> Iterator[Block]:
            gathering = gathered_blocks()
            if is_streamed(stored.images):
                gathering = in_a_thread(gathering)
            for rows, on_cpu, gathered in gathering:
                labels = moved(on_cpu, device)
                with timed("augment"):
                    images = _transformed(chain, gathered, rows, draws, device)
                yield images, labels

        for start, (images, labels) in zip(starts, made_ahead(blocks(), device), strict=True):
            batches = zip(torch.split(images, size), torch.split(labels, size), strict=True)
            first = max(epoch.skip, start // size)
            left = islice(batches, first - start // size, None)
            if self._mixer is None or training is None or split != "train":
                yield from left
            else:
                yield from self._mixed(self._mixer, left, epoch, first)

    def _resident(self, split: str, device: torch.device) -> Split:
        stored, place = self.splits[split], (split, device)
        if device.type != "cuda" or self._residency not in ("auto", "device"):
            return stored
        # What goes image by image through torchvision does so on the CPU.
        if place not in self._on_device and all(
            self._chains[split, one].batchwise for one in (True, False)
        ):
            free = None if self._residency == "device" else torch.cuda.mem_get_info(device)[0]
            self._on_device[place] = on_device(stored, device, free)
        return self._on_device.get(place, stored)

    def residency_of(self, split: str, device: str) -> Residency:
        """Where the images of a split are: on the device where that is a GPU which has asked for them, and they stay there."""
        stored = self.splits[split]
        if self._on_device.get((split, torch.device(device)), stored) is not stored:
            return "device"
        if is_streamed(stored.images):
            return "stream"
        return "memory" if stored.ahead is None else "mapped"

    def recipe(self, training: Epoch | None, *, split: str = "train") -> Recipe | None:
        """How the images of a split are made, in an epoch or outside training, for whoever makes them from the
        bytes: equal to those of `batches`, to the bit. None where that takes more than moving pixels and
        replacing values.
        """
        epoch, trains = training or Epoch(), training is not None
        stored, chain = self.splits[split], self._chains[split, trains]
        indices = self._order(stored, self.batch_size, training)
        found = in_tensor(stored.images, indices)
        if found is None or (trains and self._mixer is not None):
            return None
        images, places = found
        on_cpu = images.device.type == "cpu" and images.is_contiguous()
        if images.dtype != torch.uint8 or not on_cpu:
            return None
        transforms = of_split(self.batching.transforms, split, training=trains)
        baked = self.baked.get(split, 0)
        moves = moves_of(transforms, images.shape[1:], baked=baked)
        if moves is None:
            return None
        draws = Draws(epoch.seed, epoch.number, max(len(stored), len(indices)))
        sampling = trains and self.batching.sampler is not None
        rows = torch.arange(len(indices)) if sampling else indices

        def make(first: int, last: int) -> Batch:
            chosen, device = indices[first:last], torch.device("cpu")
            made = _transformed(chain, stored.at(chosen), rows[first:last], draws, device)
            return made, stored.labels[chosen]

        moved = moves.of(draws)
        return Recipe(
            images,
            moves,
            places,
            stored.labels[indices],
            None if moved is None else moved[rows],
            make,
            partial(stored.asks_along, indices),
        )

    def _mixed(
        self, mixer: Component, batches: Iterable[Batch], epoch: Epoch, first: int
    ) -> Iterator[Batch]:
        """The batches mixed; `first` is the number of the first one within the epoch."""
        for number, batch in enumerate(batches, first):
            place = epoch.seed, epoch.number, number
            yield mixed(mixer, batch, classes=len(self.classes), place=place)

    def images(
        self, split: str, indices: Sequence[int] | Tensor, *, device: str | torch.device = "cpu"
    ) -> Tensor:
        """The images at `indices` as a network gets them outside training, float32 `[n, C, H, W]`."""
        chosen, stored = torch.as_tensor(indices, dtype=torch.int64), self.splits[split]
        draws, chain = Draws(0, 0, max(len(stored), 1)), self._chains[split, False]
        return _transformed(chain, stored.at(chosen), chosen, draws, torch.device(device))

    def pictures(
        self,
        split: str,
        indices: Sequence[int] | Tensor,
        *,
        transformed: bool = False,
        epoch: int = 0,
    ) -> Tensor:
        """The images at `indices` for people, uint8 `[n, 3, H, W]`.

        As they were loaded, or with `transformed` as this epoch of seed 0 has them, their values spread
        over 0 to 255.
        """
        chosen = torch.as_tensor(indices, dtype=torch.int64)
        images = self.splits[split].at(chosen)
        if transformed:
            images = self._chains[split, True](images, chosen, Draws(0, epoch, self.count(split)))
        return as_pictures(images)

    def _order(self, stored: Split, size: int, training: Epoch | None) -> Tensor:
        if training is None:
            return torch.arange(len(stored))
        found, sampler = torch.arange(len(stored)), self.batching.sampler
        where = {"seed": training.seed, "epoch": training.number}
        if sampler is not None:
            found = sampled(sampler, stored.labels, **where)
        elif self.batching.shuffle:
            found = order(len(stored), **where)
        return found[: len(found) // size * size] if self.batching.drop_last else found

    def _block(self, size: int, device: torch.device) -> int:
        """Images in a block: whole batches, at least one."""
        values = _BLOCK_VALUES if device.type == "cpu" else _BLOCK_VALUES_ON_GPU
        values_each = max(1, math.prod(self.image_shape))
        return max(1, values // values_each // size) * size


def _transformed(
    chain: Chain,
    images: Tensor | list[Tensor],
    rows: Tensor,
    draws: Draws,
    device: torch.device,
) -> Tensor:
    """The images after their transforms, on the device; `rows` are their places in the draws.

    Bytes move in a quarter of the time of floats, so whole-batch chains work on the device.
    """
    if chain.batchwise and isinstance(images, Tensor):
        images = moved(images, device)
    changed = chain(images, rows, draws)
    if isinstance(changed, Tensor):
        return moved(changed, device)
    shapes = sorted({tuple(image.shape) for image in changed})
    if len(shapes) == 1:
        return moved(torch.stack(changed), device)
    words = " and ".join("x".join(map(str, shape)) for shape in (shapes[0], shapes[-1]))
    more = " among others" if len(shapes) > 2 else ""
    raise DataBroken(
        f"images differ in size after their transforms: {words}{more}",
        help="add {type: Resize, size: [height, width]}, or Resize and CenterCrop, to transforms",
    )
