"""The layers of a network as the pipeline lists them, each with its path below build_model.

Which layers make the network's outputs is seen through those that only pass values on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import Package, layer_facts
from cifar_pipe.diagnostics.problem import Path

PlacedLayer = tuple[Path, Component]
LAYERS: Path = ("layers",)


def lists_in(layer: Component) -> Iterator[tuple[str, Sequence[Component]]]:
    """The lists of layers that the layer holds, by their key: `layers`, `shortcut`."""
    for key in layer_facts(layer).lists:
        if key in layer.given:
            yield key, layer.given[key]


def every_layer(layers: Sequence[Component], path: Path = LAYERS) -> Iterator[PlacedLayer]:
    """The layers with those inside of them, each before what it holds."""
    for index, layer in enumerate(layers):
        yield (*path, index), layer
        for key, inner in lists_in(layer):
            yield from every_layer(inner, (*path, index, key))


def missing_package(layers: Sequence[Component]) -> Package | None:
    """The package that one of the layers comes from, where it is not installed."""
    networks = (layer_facts(layer).network for _, layer in every_layer(layers))
    needed = (one.needs for one in networks if one and one.needs)
    return next((one for one in needed if not find_spec(one.module)), None)


def last_layer(layers: Sequence[Component], path: Path = LAYERS) -> PlacedLayer:
    """The layer whose output is the network's: of a Sequential its own last one."""
    last, at = layers[-1], (*path, len(layers) - 1)
    return (
        last_layer(last.get("layers"), (*at, "layers")) if last.name == "Sequential" else (at, last)
    )


def output_layers(layers: Sequence[Component], path: Path = LAYERS) -> tuple[PlacedLayer, ...]:
    """The last layers that change values: several where a Concat joins them, none where all pass
    them on.
    """
    return tuple(_outputs_of(layers, len(layers) - 1, path))


def sources(layers: Sequence[Component], index: int) -> list[int | None]:
    """The indices of the layers that this one takes; None is what the list itself is given."""
    written = layers[index].common.get("input")
    if written is None:
        return [index - 1 if index else None]
    names = _names(layers)
    return [names.get(one) for one in (written if isinstance(written, list) else [written])]


def run_by(layers: Sequence[Component], index: int) -> Component:
    """The layer that runs there: for a Shared the one that it names."""
    return layers[_place_of_run(layers, index)]


def _place_of_run(layers: Sequence[Component], index: int) -> int:
    layer = layers[index]
    return _names(layers)[layer.get("of")] if layer_facts(layer).shares else index


def _names(layers: Sequence[Component]) -> Mapping[str, int]:
    return {one.common["id"]: at for at, one in enumerate(layers) if "id" in one.common}


def _outputs_of(layers: Sequence[Component], index: int, path: Path) -> Iterator[PlacedLayer]:
    place = _place_of_run(layers, index)
    layer, at = layers[place], (*path, place)
    if layer.name == "Sequential":
        if found := output_layers(layer.get("layers"), (*at, "layers")):
            yield from found
            return
    elif not layer_facts(layer).passes_through:
        yield at, layer
        return
    for above in sources(layers, index):
        if above is not None:
            yield from _outputs_of(layers, above, path)
