"""Which layers make a network's outputs, seen through those that only pass values on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts


def output_layers(layers: Sequence[Component]) -> tuple[Component, ...]:
    """The last layers that change values: several before a Concat, none where all pass them on."""
    return tuple(_makers(layers, len(layers) - 1))


def sources(layers: Sequence[Component], index: int) -> list[int | None]:
    """The indices of the layers that this one takes; None is what the list itself is given."""
    written = layers[index].common.get("input")
    if written is None:
        return [index - 1 if index else None]
    names = _names(layers)
    return [names.get(one) for one in (written if isinstance(written, list) else [written])]


def run_by(layers: Sequence[Component], index: int) -> Component:
    """The layer that runs there: for a Shared the one that it names."""
    layer = layers[index]
    return layers[_names(layers)[layer.get("of")]] if layer_facts(layer).shares else layer


def _names(layers: Sequence[Component]) -> Mapping[str, int]:
    return {one.common["id"]: at for at, one in enumerate(layers) if "id" in one.common}


def _makers(layers: Sequence[Component], index: int) -> list[Component]:
    """The layers that make the values of the output of the layer at `index`."""
    layer = run_by(layers, index)
    if layer.name == "Sequential":
        if found := output_layers(layer.get("layers")):
            return list(found)
    elif not layer_facts(layer).passes_through:
        return [layer]
    above = [one for one in sources(layers, index) if one is not None]
    return [found for one in above for found in _makers(layers, one)]
