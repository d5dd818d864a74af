"""The shapes of layers that join several."""

from __future__ import annotations

from collections.abc import Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.measure import check_dim
from cifar_pipe.model.planning.planned import Shape, words
from cifar_pipe.model.planning.torch_errors import Complaint


def joined(layer: Component, shapes: Sequence[Shape]) -> Shape:
    """What the layer makes of images of these shapes; raises Complaint where they do not fit."""
    match layer.name:
        case "Concat":
            return _concatenated(layer, shapes)
        case "Multiply":
            return _broadcast(layer, shapes)
        case _:
            if len(set(shapes)) > 1:
                raise _unequal(layer, shapes, "equal shapes")
            return shapes[0]


def _concatenated(layer: Component, shapes: Sequence[Shape]) -> Shape:
    first, dim = shapes[0], layer.get("dim")
    check_dim(layer, first, dim)
    at = dim % (len(first) + 1) - 1
    if any(len(one) != len(first) or _but(one, at) != _but(first, at) for one in shapes):
        raise _unequal(layer, shapes, f"shapes that are equal but for dimension {at + 1}")
    return (*first[:at], sum(one[at] for one in shapes), *first[at + 1 :])


def _but(shape: Shape, at: int) -> Shape:
    return (*shape[:at], *shape[at + 1 :])


def _broadcast(layer: Component, shapes: Sequence[Shape]) -> Shape:
    if len({len(one) for one in shapes}) > 1:
        raise _unequal(layer, shapes, "shapes with equally many dimensions")
    largest = tuple(map(max, zip(*shapes, strict=True)))
    for one in shapes:
        if any(size not in (1, most) for size, most in zip(one, largest, strict=True)):
            raise _unequal(layer, shapes, "equal shapes, or sizes of 1")
    return largest


def _unequal(layer: Component, shapes: Sequence[Shape], wanted: str) -> Complaint:
    return Complaint(
        f"{layer.name} takes {wanted}, not {' and '.join(map(words, shapes))}", argument="input"
    )
