"""Whether the images and classes that were read fit what the pipeline says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from cifar_pipe.catalog.images.data_facts import DType, Images
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.datasets.tree import listed
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData


def check_classes(spec: LoadData, splits: Splits, *, stands_in: bool) -> None:
    """Raises DataBroken where `classes` names another number of classes than there are.

    A stand-in shows its own names.
    """
    check_names(spec.classes, splits.classes, spec.dataset.name, stands_in=stands_in)


def check_names(
    named: Sequence[str] | None, found: Sequence[str], dataset: str, *, stands_in: bool = False
) -> None:
    if named is None or stands_in or len(named) == len(found):
        return
    there = f": {listed(list(found))}" if found else ""
    raise DataBroken(
        f"classes has {len(named)} names, and {dataset} has {len(found)} classes{there}",
        help="name every class, in the order of the labels, or leave classes out",
    )


def check_sizes(spec: LoadData, splits: Splits, baked: Mapping[str, int]) -> None:
    """Raises DataBroken where images reach the network in different sizes, or not at all."""
    shapes: dict[str, Images] = {}
    for name, split in splits.by_name.items():
        chain = of_split(spec.transforms, name, training=name == "train")[baked.get(name, 0) :]
        try:
            shapes[name] = through(_images(split), chain)
        except ProblemError as error:
            raise DataBroken(
                f"{name} images: {error.message}", help=error.problem.help or ()
            ) from error
        if shapes[name].shape is None and isinstance(split.images, list):
            raise _varying(split, split.images)
    _check_alike(shapes)


def _images(split: Split) -> Images:
    if isinstance(split.images, list):
        return Images(split.images[0].shape[0], None, None)
    dtype: DType = "uint8" if split.images.dtype == torch.uint8 else "float32"
    return Images.of(tuple(split.images.shape[1:]), dtype)


def _varying(split: Split, images: list[Tensor]) -> DataBroken:
    first = images[0]
    index, other = next(
        (index, image) for index, image in enumerate(images) if image.shape != first.shape
    )
    return DataBroken(
        f"the {split.name} images differ in size: {split.files[0]} is {_size(first.shape)}, "
        f"{split.files[index]} is {_size(other.shape)} (height x width)",
        help=_RESIZE,
    )


_RESIZE = (
    "add {type: Resize, size: [height, width]} to the transforms, or Resize and CenterCrop, "
    "or for training RandomResizedCrop"
)


def _size(shape: Sequence[int]) -> str:
    return f"{shape[-2]} x {shape[-1]}"


def _check_alike(shapes: Mapping[str, Images]) -> None:
    known = {name: images.shape for name, images in shapes.items() if images.shape is not None}
    first = next(iter(known), None)
    for name, shape in known.items():
        if first is not None and shape != known[first]:
            raise DataBroken(
                f"the network would get {first} images of {list(known[first])} and {name} images "
                f"of {list(shape)}",
                help=_RESIZE,
            )
