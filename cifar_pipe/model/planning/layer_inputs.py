"""Which layers each layer takes its input from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.model.planning.misfit import Shape, words
from cifar_pipe.model.planning.planned import INPUT, Planned
from cifar_pipe.model.planning.torch_errors import Complaint


def inputs_of(layer: Component, above: Mapping[str, Planned]) -> tuple[str, ...]:
    """The names of the layers that it takes: those of its `input`, else the last one `above`.

    Raises Complaint where they are not there, or not as many as the layer takes.
    """
    written = layer.common.get("input")
    if written is None:
        names: tuple[str, ...] = (_last(above),)
    else:
        names = (written,) if isinstance(written, str) else tuple(written)
    for name in names:
        if name != INPUT and name not in above:
            raise Complaint(f"there is no layer `{name}` above", argument="input", code="input")
    wrong = wrong_number(layer, len(names))
    if wrong:
        raise Complaint(wrong, argument="input", code="input")
    return names


def _last(above: Mapping[str, Planned]) -> str:
    return [INPUT, *above][-1]


def wrong_number(layer: Component, count: int) -> str | None:
    """What is wrong with so many inputs, or None."""
    if layer_facts(layer).joins:
        return None if count > 1 else f"{layer.name} takes several layers: input: [one, other]"
    return None if count == 1 else f"{layer.name} takes one input, not {count}"


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
