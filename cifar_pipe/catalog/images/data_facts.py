"""What is known of datasets, transforms and their images without reading any, and without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Literal

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import Facts, Package, typed
from cifar_pipe.catalog.images.folds import Fold
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.frozen import frozen

Shape = tuple[int, ...]
DType = Literal["uint8", "float32"]
Values = Literal["0 to 255", "0 to 1", "shifted"]


LONGEST_SIDE = 65_535
"""Of an image, in pixels; no JPEG has a longer one."""


@frozen
class Images:
    """Images at one point of the transforms; None where a number is not known.

    `values` is their range, `shifted` that after Normalize. It decides whether a transform fits, and
    is not compared: images that differ in it alone still make one batch.
    """

    channels: int | None
    height: int | None
    width: int | None
    dtype: DType = "uint8"
    values: Values = field(default="0 to 255", compare=False)

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


@frozen
class DataFacts:
    """A dataset's images as they are stored, its classes, and the number of images per split.

    `classes` and `num_classes` are None where they are not known, and where the targets are
    numbers: then `target_shape` is the shape of one target. `declared` is true where the facts
    follow from the declaration alone, false where they were, or have to be, read from the disk.

    `train` counts the images of a validation split that is drawn from them; `val` is the number of
    a validation split that the dataset has of its own, 0 where it has none, None where that is not
    known. `per_class` is how many images each class has in each split, drawn ones included, where
    that was counted. `problems` are what else was found on the disk. `files` are the image files of each
    split where each image has its own, as numbers that are the same for all links to one file.

    `inputs` are the shapes of the training and of the test images after their transforms, where
    files were looked at and all become one. `remarks` are lines on what was found, for people.
    """

    image: Images
    classes: tuple[str, ...] | None
    num_classes: int | None
    train: int | None
    test: int | None
    declared: bool = True
    target_shape: tuple[int, ...] | None = None
    val: int | None = 0
    per_class: Mapping[str, tuple[int, ...]] | None = None
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, frozenset[int]] | None = None
    inputs: tuple[Shape | None, Shape | None] = (None, None)
    remarks: tuple[str, ...] = ()


Effect = Callable[[Images, Component], Images]
Random = Callable[[Component], bool]


def never(_: Component) -> bool:
    return False


@frozen(kw_only=True)
class TransformFacts(Facts):
    """`effect` gives the images after the transform; it raises ProblemError, whose path begins with
    the argument, for images that it cannot take.

    `random` says whether it draws anything, with its arguments as they are: then it does so again
    for each image and epoch. `dtype` is the kind of number where only one
    will do. `colours`: values must be colours, 0 to 255 or as floats 0 to 1, so before Normalize.
    `fills` are the arguments that are a colour of the images. `storable`: the image store can hold
    its result, which is the same for each epoch, and uint8. `mixes`: it mixes the images of a batch
    with each other, and their labels, which become shares of the classes.
    """

    effect: Effect
    random: Random = never
    dtype: DType | None = None
    colours: bool = False
    fills: tuple[str, ...] = ()
    storable: bool = False
    mixes: bool = False


@frozen(kw_only=True)
class DatasetFacts(Facts):
    """`data` gives what the declaration says of the images and classes.

    `downloadable` datasets come from the network; `generated` ones are made here, and can stand in
    for one that is not available. `needs` is a package that it is read with. Of `noise` nothing can
    be learnt.
    """

    data: Callable[[Component], DataFacts]
    downloadable: bool = False
    generated: bool = False
    noise: bool = False
    needs: Package | None = None


transform_facts = typed(TransformFacts)
dataset_facts = typed(DatasetFacts)


def data_facts(dataset: Component, fold: Fold | None = None) -> DataFacts:
    """What the declaration alone says; a folder of images says next to nothing.

    With a fold held out, `test` counts its images, and `train` those of the other folds.
    """
    facts = dataset_facts(dataset).data(dataset)
    if fold is None:
        return facts
    if facts.train is None:
        return replace(facts, test=None)
    held = fold.size(facts.train)
    return replace(facts, train=facts.train - held, test=held)
