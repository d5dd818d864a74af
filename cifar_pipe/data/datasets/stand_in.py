"""The generated dataset that is used, and reported, where the declared one is not available."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.catalog.images.dataset_checks import problems
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.context import Context
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.errors import DataBroken


def stand_in_for(dataset: Component) -> Component:
    """The declared stand-in, with the image shape and the class count of `dataset`.

    Raises DataBroken where it cannot take them.
    """
    for problem in problems(dataset):
        if problem.path == ("stand_in",):
            raise DataBroken(problem.message, help=problem.help or ())
    stand_in: Component = dataset.get("stand_in")
    facts = data_facts(dataset)
    taken = {"image_shape": list(facts.image.shape or ()), "num_classes": facts.num_classes}
    arguments = {name: value for name, value in taken.items() if name in stand_in.entry.args}
    return make("dataset", stand_in.name, **{**stand_in.given, **arguments})


def load_stand_in(dataset: Component, context: Context) -> Splits:
    """uint8 images of the shape of `dataset`, and the stand-in's own classes."""
    stand_in = stand_in_for(dataset)
    read: Splits = resolve(stand_in.entry)(stand_in, context)
    shape = data_facts(dataset).image.shape
    assert shape is not None
    by_name = {
        name: Split(name, _fitted(split.images, shape), split.labels)
        for name, split in read.by_name.items()
    }
    return Splits(by_name, read.classes)


def _fitted(images: object, shape: tuple[int, int, int]) -> Tensor:
    """Bytes, as the transforms of the real dataset expect, enlarged or reduced to the shape, the
    first channel repeated; as they are if they fit.
    """
    assert isinstance(images, Tensor)
    if images.dtype != torch.uint8:
        images = images.mul(256).clamp(0, 255).to(torch.uint8)
    if images.shape[1:] == shape:
        return images
    channels, height, width = shape
    resized = F.interpolate(images[:, :1].float(), (height, width), mode="bilinear", antialias=True)
    return resized.round().to(torch.uint8).expand(-1, channels, -1, -1).contiguous()
