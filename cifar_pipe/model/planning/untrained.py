"""A network's layer without its trained weights."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import model_for

_OF_WEIGHTS = ("weights", "weights_file", "weights_stand_in")


def untrained(layer: Component) -> Component:
    """The layer as if no weights had been written, for what needs its shapes alone."""
    if not layer_facts(layer).network:
        return layer
    given = {name: value for name, value in layer.given.items() if name not in _OF_WEIGHTS}
    return replace(layer, arguments=model_for(layer.entry).model_validate(given))
