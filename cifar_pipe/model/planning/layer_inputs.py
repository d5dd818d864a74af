"""Which layers each layer takes its input from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.model.planning.planned import Planned, Shape, words


def inputs_of(layer: Component, above: Mapping[str, Planned]) -> tuple[str, ...]:
    """The names of the layers that it takes: those of its `input`, else the last one `above`.

    They are trusted to be there, and as many as the layer takes: checks/static/layer_inputs.py.
    """
    written = layer.common.get("input")
    if written is None:
        return (_last(above),)
    return (written,) if isinstance(written, str) else tuple(written)


def _last(above: Mapping[str, Planned]) -> str:
    return [INPUT, *above][-1]


def origin(
    names: Sequence[str], above: Mapping[str, Planned], given: Shape, owner: Component | None
) -> str:
    """Where a layer's input comes from, in words."""

    def of(name: str) -> str:
        if name == INPUT:
            whose = f"{owner.name} is given" if owner else "the input is"
            return f"{whose} {words(given)}"
        one = above[name]
        takes = [given if source == INPUT else above[source].shape for source in one.inputs]
        what = "the layer above" if [name] == [*names] == [_last(above)] else name
        return f"{what} gives {words(one.shape)}: {one.layer.name} of {' and '.join(map(words, takes))}"

    return ", ".join(map(of, names))
