"""Batches that are not made yet, for an engine that gathers, moves and scales the bytes of a store itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import Tensor

from cifar_pipe.data.kept_images.read_ahead import Asks
from cifar_pipe.data.transforms.mixing import Batch
from cifar_pipe.data.transforms.moves import Moves


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """An epoch's images, each a row: `order` is its place in `pixels` (uint8 `[N, C, H, W]`), `labels` its label,
    `moved` how it moves, where any does. `make` makes those from one row to another; `asks` is the `asks_along` of
    their split, less the order.
    """

    pixels: Tensor
    moves: Moves
    order: Tensor
    labels: Tensor
    moved: Tensor | None
    make: Callable[[int, int], Batch]
    asks: Callable[[int], Asks]

    def batches(self, size: int, *, skip: int = 0) -> Iterator[Picked]:
        ask = self.asks(skip * size)
        for first in range(skip * size, len(self.order), size):
            one = Picked(self, first, min(size, len(self.order) - first))
            ask(first + one.count)
            yield one


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """`count` rows of the recipe from the first one on."""

    recipe: Recipe
    first: int
    count: int

    @property
    def labels(self) -> Tensor:
        return self.recipe.labels[self.first : self.first + self.count]

    def made(self) -> Batch:
        return self.recipe.make(self.first, self.first + self.count)


def made(batch: Batch | Picked) -> Batch:
    """Images float32 `[n, C, H, W]` and labels."""
    return batch.made() if isinstance(batch, Picked) else batch


def labels_of(batch: Batch | Picked) -> Tensor:
    return batch.labels if isinstance(batch, Picked) else batch[1]


def size_of(batch: Batch | Picked) -> int:
    return batch.count if isinstance(batch, Picked) else len(batch[1])


# Images float32 `[n, C, H, W]`, or what they are made of.
AnyImages = Tensor | Picked


def tensor_of(images: AnyImages) -> Tensor:
    return images.made()[0] if isinstance(images, Picked) else images
