"""Transforms that mix the images of a batch with each other, and their labels too."""

from __future__ import annotations

from functools import partial

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import PositiveFloat
from cifar_pipe.catalog.tables.transforms.make import random

_mixing = partial(random, effect=lambda images, _: images, dtype="float32", mixes=True)
_ALPHA = Arg(
    PositiveFloat, 1.0, "Both parameters of the beta distribution that the share is drawn from."
)

MIXING = [
    _mixing(
        "MixUp",
        "Mixes each image of a batch with its neighbour, and their labels in the same shares; last "
        "in the list (Zhang et al., 2017, arXiv:1710.09412).",
    ).takes(alpha=_ALPHA),
    _mixing(
        "CutMix",
        "Puts a box of its neighbour into each image of a batch, and mixes their labels by the "
        "areas; last in the list (Yun et al., 2019, arXiv:1905.04899).",
    ).takes(alpha=_ALPHA),
]
