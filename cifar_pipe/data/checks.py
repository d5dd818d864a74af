"""Whether the data that was read is what the pipeline declares: class names and image sizes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cifar_pipe.catalog.images.data_facts import DType, Images
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken

_RESIZE = (
    "add {type: Resize, size: [height, width]} to the transforms, or Resize and CenterCrop, "
    "or for training RandomResizedCrop"
)


def check_class_names(settings: DataSettings, found: Sequence[str]) -> None:
    """Raises DataBroken where `classes` names a different number of classes than `found`."""
    named = settings.classes
    if named is None or len(named) == len(found):
        return
    names = f": {some(found)}" if found else ""
    raise DataBroken(
        f"classes has {len(named)} names, and {settings.dataset.name} has {len(found)} "
        f"classes{names}",
        help="name every class, in the order of the labels, or leave classes out",
    )


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
