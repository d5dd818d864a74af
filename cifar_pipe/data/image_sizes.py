"""Whether all images reach the network, and in one size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

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
            raise DataBroken(
                f"{name} images: {error.message}", help=error.problem.help or ()
            ) from error
        if shape is not None:
            shapes[name] = shape
        elif isinstance(split.images, list):
            raise _varying(split, split.images)
    _check_equal(shapes)


def _images(split: Split) -> Images:
    if isinstance(split.images, list):
        return Images(split.images[0].shape[0], None, None)
    dtype: DType = "uint8" if split.images.dtype == torch.uint8 else "float32"
    return Images.of(tuple(split.images.shape[1:]), dtype)


def _varying(split: Split, images: list[Tensor]) -> DataBroken:
    first = images[0].shape
    index = next(index for index, image in enumerate(images) if image.shape != first)
    return DataBroken(
        f"the {split.name} images differ in size: {split.files[0]} is {_size(first)}, "
        f"{split.files[index]} is {_size(images[index].shape)} (height x width)",
        help=_RESIZE,
    )


def _size(shape: Sequence[int]) -> str:
    return f"{shape[-2]} x {shape[-1]}"


def _check_equal(shapes: Mapping[str, tuple[int, int, int]]) -> None:
    first = next(iter(shapes), "")
    for name, shape in shapes.items():
        if shape != shapes[first]:
            raise DataBroken(
                f"the network would get {first} images of {list(shapes[first])} and {name} images "
                f"of {list(shape)}",
                help=_RESIZE,
            )
