"""Whether the data that was read is what the pipeline declares: class names and image sizes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cifar_pipe.catalog.images.data_facts import DType, Images
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.image_files.sizes import ONE_SIZE
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken


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
    """Raises DataBroken where the transforms do not fit, or the images of a split reach the network
    in different sizes. Those of different splits may: what a network takes, it says itself.
    """
    for name, split in splits.by_name.items():
        chain = of_split(settings.transforms, name, training=name == "train")
        chain = chain[splits.baked.get(name, 0) :]
        inputs: dict[tuple[int, ...] | None, int] = {}
        for shape, index in _shapes(split).items():
            try:
                made = through(Images.of(shape, _dtype(split)), chain).shape
            except ProblemError as error:
                help_ = error.problem.help or ()
                raise DataBroken(f"{name} images: {error.message}", help=help_) from error
            # Of images that get no fixed size each is a size of its own.
            inputs.setdefault(made or shape, index)
        if len(inputs) > 1:
            raise DataBroken(_differ(split, *list(inputs.values())[:2]), help=ONE_SIZE)


def _shapes(split: Split) -> dict[tuple[int, ...], int]:
    """The images' shapes, `[C, h, w]`, each with the first image that has it."""
    if isinstance(split.images, list):
        pairs = reversed(list(enumerate(split.images)))
        return {tuple(image.shape): index for index, image in pairs}
    return {tuple(split.images.shape[1:]): 0}


def _dtype(split: Split) -> DType:
    first = split.images[0]
    return "uint8" if first.dtype == torch.uint8 else "float32"


def _differ(split: Split, *indices: int) -> str:
    sizes = [split.images[index].shape[-2:] for index in indices]
    files = [f"{split.files[at]} is {h} x {w}" for at, (h, w) in zip(indices, sizes, strict=True)]
    return f"the {split.name} images differ in size: {', '.join(files)} (height x width)"
