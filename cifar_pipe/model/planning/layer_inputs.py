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
    names: Sequence[str], above: Mapping[str, Planned], given: Shape, owner: str | None
) -> str:
    """Where a layer's input comes from, in words."""
    last = _last(above)
    return ", ".join(
        _origin(name, above, given, owner, is_last=name == last and len(names) == 1)
        for name in names
    )


def _origin(
    name: str, above: Mapping[str, Planned], given: Shape, owner: str | None, *, is_last: bool
) -> str:
    if name == INPUT:
        return f"{owner} is given {words(given)}" if owner else f"the input is {words(given)}"
    one = above[name]
    takes = [given if source == INPUT else above[source].shape for source in one.inputs]
    what = "the layer above" if is_last else name
    return f"{what} gives {words(one.shape)}: {one.layer.name} of {' and '.join(map(words, takes))}"
