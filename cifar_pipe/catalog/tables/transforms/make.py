"""The few words in which the tables of transforms are written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from cifar_pipe.catalog.core.argument_rules import Rule
from cifar_pipe.catalog.core.entry import Arg, Entry, pytorch
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    Probability,
    choice,
    either,
    list_of,
    optional,
)
from cifar_pipe.catalog.images.data_facts import Effect, TransformFacts
from cifar_pipe.catalog.images.randomness import always

FILL = either(Float, list_of(Float, minimum=1), expected="a number or a list of numbers")

USUAL: Mapping[str, Arg] = {
    "antialias": Arg(Bool, ..., "Whether shrinking averages over all pixels it leaves out."),
    "center": Arg(
        optional(list_of(Float, 2)),
        ...,
        "Centre [x, y] in pixels from the upper left corner; the image's.",
    ),
    "fill": Arg(
        FILL,
        ...,
        "Value of what comes from outside the image, one for all channels or one each: 0 to 255 "
        "before ToTensor, 0 to 1 after.",
    ),
    "interpolation": Arg(
        choice("nearest", "bilinear"), ..., "How values between pixels are found."
    ),
    "p": Arg(Probability, ..., "Probability that an image is changed."),
    "padding_mode": Arg(
        choice("constant", "edge", "reflect", "symmetric"),
        ...,
        "What the border shows: fill, the last pixel, or the image mirrored without or with it.",
    ),
}


def transform(
    name: str, summary: str, effect: Effect, *, rule: Rule | None = None, **facts: Any
) -> Entry:
    """A class of torchvision.transforms.v2; `facts` are the others of TransformFacts."""
    known = TransformFacts(effect=effect, **facts)
    return pytorch("transform", "torchvision.transforms.v2", name, summary, known, rule)


random = partial(transform, random=always)
storable = partial(transform, storable=True)
