"""What is known of a dataset's images without reading them, and without torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cifar_pipe.catalog.core.component import Component

DType = Literal["uint8", "float32"]


@dataclass(frozen=True, slots=True)
class Images:
    """Images as they stand at one point of the transforms; None where a value is not known."""

    channels: int | None
    height: int | None
    width: int | None
    dtype: DType = "uint8"

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """`(channels, height, width)`, or None where one of them is not known."""
        if self.channels is None or self.height is None or self.width is None:
            return None
        return self.channels, self.height, self.width

    @classmethod
    def of(cls, shape: tuple[int, ...] | list[int] | None, dtype: DType = "uint8") -> Images:
        """Images of `shape` (channels, height, width); of unknown shape for None."""
        channels, height, width = shape if shape is not None else (None, None, None)
        return cls(channels, height, width, dtype)


@dataclass(frozen=True, slots=True)
class DataFacts:
    """A dataset's images as they are stored, its classes, and its images a split.

    `classes` and `num_classes` are None where they are not known, and where the targets are
    numbers: then `target_shape` is the shape of one target. `declared` is true where the facts
    follow from the declaration alone, false where they were, or have to be, read from the disk.
    """

    image: Images
    classes: tuple[str, ...] | None
    num_classes: int | None
    train: int | None
    test: int | None
    declared: bool = True
    target_shape: tuple[int, ...] | None = None


def data_facts(dataset: Component) -> DataFacts:
    """What the declaration alone says; a folder of images says next to nothing."""
    facts: Callable[[Component], DataFacts] = dataset.entry.traits["facts"]
    return facts(dataset)
