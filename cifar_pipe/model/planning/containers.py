"""Layers that hold lists of layers, and layers that run another one again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Protocol

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.misfit import Misfit
from cifar_pipe.model.planning.planned import LayerRow, Planned, Shape, Weight, words
from cifar_pipe.model.planning.torch_errors import Complaint

MAIN = ""
SHORTCUT = "shortcut"


class PlanList(Protocol):
    def __call__(
        self, layers: list[Component], shape: Shape, *, owner: Component
    ) -> tuple[Planned, ...]: ...


def holding(
    layer: Component, name: str, shape: Shape, inputs: tuple[str, ...], *, plan: PlanList
) -> Planned:
    """A Sequential or Residual that is given one image of `shape`."""
    parts = dict(_parts(layer, shape, plan))
    output = list(parts.values())[-1][-1].shape
    if layer.name == "Residual":
        output = parts[MAIN][-1].shape
        _check_sum(layer, output, parts[SHORTCUT][-1].shape if SHORTCUT in parts else shape)
    inside = tuple(row for key, part in parts.items() for row in _rows(key, part))
    row = LayerRow(
        name,
        layer.name,
        output,
        parameters=sum(one.parameters for one in inside),
        trainable=sum(one.trainable for one in inside),
        multiply_adds=sum(one.multiply_adds for one in inside),
        inside=inside,
    )
    return Planned(layer, row, inputs, weights=dict(_weights(parts)), parts=parts)


def _parts(
    layer: Component, shape: Shape, plan: PlanList
) -> Iterator[tuple[str, tuple[Planned, ...]]]:
    layers = layer.get("layers")
    if "repeat" not in layer.given:
        yield MAIN, _below("layers", layer, layers, shape, plan)
    else:
        for number in range(layer.get("repeat")):
            part = _below("layers", layer, layers, shape, plan)
            yield str(number), part
            shape = part[-1].shape
        return
    if layer.name == "Residual" and layer.given.get("shortcut"):
        yield SHORTCUT, _below("shortcut", layer, layer.get("shortcut"), shape, plan)


def _below(
    key: str, layer: Component, layers: list[Component], shape: Shape, plan: PlanList
) -> tuple[Planned, ...]:
    try:
        return plan(layers, shape, owner=layer)
    except Misfit as misfit:
        raise misfit.below(key) from None


def _rows(key: str, part: tuple[Planned, ...]) -> tuple[LayerRow, ...]:
    rows = tuple(one.row for one in part)
    if key == MAIN:
        return rows
    return (
        LayerRow(
            key,
            "Sequential",
            part[-1].shape,
            parameters=sum(row.parameters for row in rows),
            trainable=sum(row.trainable for row in rows),
            multiply_adds=sum(row.multiply_adds for row in rows),
            inside=rows,
        ),
    )


def _weights(parts: Mapping[str, tuple[Planned, ...]]) -> Iterator[tuple[str, Weight]]:
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
    raise Complaint(
        f"{layer.name} adds {other}, {words(around)}, to what its layers give, {words(main)}: "
        "the two must be equal",
        argument=SHORTCUT if has_shortcut else None,
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
    return (
        f"shortcut: [{{type: Conv2d, out_channels: {main[0]}, kernel_size: 1{steps}}}] "
        "brings the input into that shape"
    )


def shared(
    layer: Component,
    name: str,
    shape: Shape,
    inputs: tuple[str, ...],
    above: Mapping[str, Planned],
    *,
    again: Callable[[Planned, Shape], Planned],
) -> Planned:
    """A layer that runs the one that `of` names once more: no parameters of its own."""
    wanted = layer.get("of")
    first = above[wanted]
    if first.layer.entry.traits.get("joins") or first.layer.entry.traits.get("shares"):
        raise Complaint(
            f"{first.layer.name} has no parameters to share", argument="of", code="input"
        )
    second = again(first, shape)
    for weight, one in first.weights.items():
        if second.weights[weight].shape != one.shape:
            raise Complaint(
                f"{wanted} cannot be shared here: for {words(shape)} its {weight} would be "
                f"{list(second.weights[weight].shape)}, and it is {list(one.shape)}",
                argument="of",
            )
    row = LayerRow(name, layer.name, second.shape, 0, 0, second.row.multiply_adds)
    return Planned(layer, row, inputs)
