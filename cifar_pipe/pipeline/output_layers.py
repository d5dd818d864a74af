"""Which layers make a network's outputs, seen through those that only pass values on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.ids import INPUT

_PASSING = {
    *("Identity", "Flatten", "Unflatten", "Permute", "Dropout", "Dropout1d", "Dropout2d"),
    *("Dropout3d", "ChannelShuffle", "TakeToken", "Concat"),
}


def endings(layers: Sequence[Component]) -> tuple[Component, ...]:
    """The last layers that change values: several behind a Concat, none where all pass them on."""
    return tuple(_behind(layers, len(layers) - 1))


def sources(layers: Sequence[Component], index: int) -> list[int | None]:
    """The places of the layers that this one takes; None is what the list itself is given."""
    written = layers[index].common.get(INPUT)
    if written is None:
        return [index - 1 if index else None]
    names = _names(layers)
    return [names.get(one) for one in (written if isinstance(written, list) else [written])]


def run_by(layers: Sequence[Component], index: int) -> Component:
    """The layer that runs there: for a Shared the one that it names."""
    layer = layers[index]
    if layer.entry.traits.get("shares"):
        return layers[_names(layers)[layer.get("of")]]
    return layer


def _names(layers: Sequence[Component]) -> Mapping[str, int]:
    return {one.common["id"]: at for at, one in enumerate(layers) if "id" in one.common}


def _behind(layers: Sequence[Component], index: int) -> list[Component]:
    layer = run_by(layers, index)
    if layer.name == "Sequential":
        if found := endings(layer.get("layers")):
            return list(found)
    elif layer.name not in _PASSING:
        return [layer]
    above = [one for one in sources(layers, index) if one is not None]
    return [found for one in above for found in _behind(layers, one)]
