"""Whether the data that was read is what the pipeline declares: class names and image sizes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cifar_pipe.catalog.images.class_naming import naming_problems
from cifar_pipe.catalog.images.data_facts import DType, Images
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.errors import DataBroken

_RESIZE = (
    "add {type: Resize, size: [height, width]} to the transforms, or Resize and CenterCrop, "
    "or for training RandomResizedCrop"
)


def check_class_names(settings: DataSettings, found: Sequence[str]) -> None:
    """Raises DataBroken where `classes` does not fit the classes that were found."""
    for problem in naming_problems(found, len(found), settings.classes):
        raise DataBroken(problem.message, help=(*problem.notes, *filter(None, [problem.help])))


def check_sizes(settings: DataSettings, splits: Splits) -> None:
    """Raises DataBroken where the transforms do not fit, or images reach the network in different
    sizes.
    """
    shapes: dict[str, tuple[int, int, int]] = {}
    for name, split in splits.by_name.items():
        chain = of_split(settings.transforms, name, training=name == "train")
        try:
            shape = through(_images(split), chain[splits.baked.get(name, 0) :]).shape
        except ProblemError as error:
            problem = error.problem
            raise DataBroken(f"{name} images: {error.message}", help=problem.help or ()) from error
        if shape is None:
            if isinstance(split.images, list):
                _check_stored(split)
            continue
        shapes[name] = shape
        first = next(iter(shapes))
        if shape != shapes[first]:
            raise DataBroken(
                f"the network would get {first} images of {list(shapes[first])} and {name} images "
                f"of {list(shape)}",
                help=_RESIZE,
            )


def _images(split: Split) -> Images:
    if isinstance(split.images, list):
        return Images(split.images[0].shape[0], None, None)
    dtype: DType = "uint8" if split.images.dtype == torch.uint8 else "float32"
    return Images.of(tuple(split.images.shape[1:]), dtype)


def _check_stored(split: Split) -> None:
    """Raises DataBroken with the first two files that differ in size."""
    sizes = [f"{image.shape[-2]} x {image.shape[-1]}" for image in split.images]
    index = next((index for index, size in enumerate(sizes) if size != sizes[0]), None)
    if index is not None:
        raise DataBroken(
            f"the {split.name} images differ in size: {split.files[0]} is {sizes[0]}, "
            f"{split.files[index]} is {sizes[index]} (height x width)",
            help=_RESIZE,
        )
