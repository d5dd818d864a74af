"""Whether the data that was read is what the pipeline declares: class names and image sizes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cifar_pipe.catalog.images.class_naming import naming_problems
from cifar_pipe.catalog.images.data_facts import DType, Shape
from cifar_pipe.catalog.images.transform_flow import of_split
from cifar_pipe.data.image_files.sizes import network_input
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.errors import DataBroken


def check_class_names(settings: DataSettings, found: Sequence[str]) -> None:
    """Raises DataBroken where `classes` does not fit the classes that were found."""
    for problem in naming_problems(found, len(found), settings.classes):
        raise DataBroken(problem.message, help=(*problem.notes, *filter(None, [problem.help])))


def check_sizes(settings: DataSettings, splits: Splits) -> None:
    """Raises DataBroken where the transforms do not fit, or the images of a split reach the network
    in different sizes. Those of different splits may: what a network takes, it says itself.
    """
    for name, split in splits.by_name.items():
        chain = of_split(settings.transforms, name, training=name == "train")
        try:
            network_input(name, _firsts(split), chain[splits.baked.get(name, 0) :], _dtype(split))
        except ProblemError as error:
            help_ = error.problem.help or ()
            raise DataBroken(f"{name} images: {error.message}", help=help_) from error


def _firsts(split: Split) -> dict[Shape, str]:
    """The images' shapes, `[C, h, w]`, each with the first file that has it."""
    files = split.files
    return {shape: files[index] if files else "" for shape, index in split.shapes().items()}


def _dtype(split: Split) -> DType:
    return "uint8" if split.images[0].dtype == torch.uint8 else "float32"
