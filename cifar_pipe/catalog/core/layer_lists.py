"""The layers of a network as the pipeline lists them, each with its path below build_model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
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


def last_layer(layers: Sequence[Component], path: Path = LAYERS) -> PlacedLayer:
    """The layer whose output is the network's: of a Sequential its own last one."""
    last, at = layers[-1], (*path, len(layers) - 1)
    return (
        last_layer(last.get("layers"), (*at, "layers")) if last.name == "Sequential" else (at, last)
    )
