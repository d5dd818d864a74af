"""Layers made of others: those that hold lists, those that join several, those that run one again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.dimensions import check_dim
from cifar_pipe.model.planning.planned import (
    LayerRow,
    PlacedLayer,
    Planned,
    Shape,
    Weight,
    layer_error,
    words,
)

MAIN = ""
SHORTCUT = "shortcut"

Parts = Mapping[str, tuple[Planned, ...]]


def container(placed: PlacedLayer, parts: Parts) -> Planned:
    """A Sequential or Residual with its planned lists. Raises ProblemError for a sum of unequals."""
    layer = placed.layer
    output = list(parts.values())[-1][-1].shape
    if layer.name == "Residual":
        output = parts[MAIN][-1].shape
        _check_sum(layer, output, parts[SHORTCUT][-1].shape if SHORTCUT in parts else placed.shape)
    rows: list[LayerRow] = []
    for key, part in parts.items():
        inside = tuple(one.row for one in part)
        whole = _whole(key, "Sequential", part[-1].shape, inside, (INPUT,))
        rows += inside if key == MAIN else [whole]
    row = _whole(placed.name, layer.name, output, tuple(rows), placed.inputs)
    return Planned(layer, row, weights=dict(_weights(parts)), parts=parts)


def _whole(
    name: str, type_: str, output: Shape, inside: tuple[LayerRow, ...], inputs: tuple[str, ...]
) -> LayerRow:
    return LayerRow(
        name,
        type_,
        output,
        parameters=sum(row.parameters for row in inside),
        trainable=sum(row.trainable for row in inside),
        multiply_adds=sum(row.multiply_adds for row in inside),
        inside=inside,
        inputs=inputs,
    )


def _weights(parts: Parts) -> Iterator[tuple[str, Weight]]:
    """Under the names that the parameters have in the container's module."""
    for key, part in parts.items():
        prefix = f"{key}." if key != MAIN else ""
        for one in part:
            for name, weight in one.weights.items():
                yield f"{prefix}{one.name}.{name}", weight


def _check_sum(layer: Component, main: Shape, around: Shape) -> None:
    if main == around:
        return
    has_shortcut = SHORTCUT in layer.given
    other = "what its shortcut gives" if has_shortcut else "its input"
    raise layer_error(
        f"{layer.name} adds {other}, {words(around)}, to what its layers give, {words(main)}: "
        "the two must be equal",
        SHORTCUT if has_shortcut else None,
        help=None if has_shortcut else _shortcut(main, around),
    )


def _shortcut(main: Shape, around: Shape) -> str | None:
    """A shortcut that would bring the input into the shape of what the layers give."""
    if len(main) != 3 or len(around) != 3:
        return None
    stride = max(1, ceil(around[1] / main[1]))
    if tuple(ceil(size / stride) for size in around[1:]) != main[1:]:
        return "give it a shortcut: that ends in the same shape, or padding to its layers"
    steps = f", stride: {stride}" if stride > 1 else ""
    conv = f"{{type: Conv2d, out_channels: {main[0]}, kernel_size: 1{steps}}}"
    return f"shortcut: [{conv}] brings the input into that shape"


def joined(placed: PlacedLayer) -> Planned:
    """A layer that joins several; raises ProblemError where their shapes do not fit together."""
    layer, shapes = placed.layer, placed.shapes
    match layer.name:
        case "Concat":
            output = _concatenated(layer, shapes)
        case "Multiply":
            output = _broadcast(layer, shapes)
        case _:
            output = shapes[0]
            if len(set(shapes)) > 1:
                raise _unequal(layer, shapes, "equal shapes")
    return _without_parameters(placed, output)


def _concatenated(layer: Component, shapes: Sequence[Shape]) -> Shape:
    first, dim = shapes[0], layer.get("dim")
    check_dim(layer, first, dim)
    at = dim % (len(first) + 1) - 1
    if len({(len(one), *one[:at], *one[at + 1 :]) for one in shapes}) > 1:
        raise _unequal(layer, shapes, f"shapes that are equal but for dimension {at + 1}")
    return (*first[:at], sum(one[at] for one in shapes), *first[at + 1 :])


def _broadcast(layer: Component, shapes: Sequence[Shape]) -> Shape:
    if len({len(one) for one in shapes}) > 1:
        raise _unequal(layer, shapes, "shapes with equally many dimensions")
    sizes = list(zip(*shapes, strict=True))
    if any(len({1, *of_dimension}) > 2 for of_dimension in sizes):
        raise _unequal(layer, shapes, "equal shapes, or sizes of 1")
    return tuple(map(max, sizes))


def _unequal(layer: Component, shapes: Sequence[Shape], wanted: str) -> ProblemError:
    given = " and ".join(map(words, shapes))
    return layer_error(f"{layer.name} takes {wanted}, not {given}", "input")


def _without_parameters(placed: PlacedLayer, output: Shape, multiply_adds: int = 0) -> Planned:
    layer, inputs = placed.layer, placed.inputs
    row = LayerRow(placed.name, layer.name, output, 0, 0, multiply_adds, inputs=inputs)
    return Planned(layer, row)


def layer_to_share(placed: PlacedLayer) -> Planned:
    """The layer above that `of` names; raises ProblemError where it has no parameters to share."""
    first = placed.above[placed.layer.get("of")]
    if layer_facts(first.layer).joins or layer_facts(first.layer).shares:
        raise layer_error(f"{first.layer.name} has no parameters to share", "of", code="input")
    return first


def shared(placed: PlacedLayer, first: Planned, again: Planned) -> Planned:
    """The layer `first` once more, as it is `again` on this input: no parameters of its own."""
    for name, weight in first.weights.items():
        if again.weights[name].shape != weight.shape:
            raise layer_error(
                f"{first.name} cannot be shared here: for {words(placed.shape)} its {name} would "
                f"be {list(again.weights[name].shape)}, and it is {list(weight.shape)}",
                "of",
            )
    return _without_parameters(placed, again.shape, again.row.multiply_adds)
