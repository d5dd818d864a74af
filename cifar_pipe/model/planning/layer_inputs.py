"""Which layers each layer takes its input from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.planned import INPUT, Planned, Shape, words
from cifar_pipe.model.planning.problems import layer_error


def inputs_of(layer: Component, above: Mapping[str, Planned]) -> tuple[str, ...]:
    """The names of the layers that it takes: those of its `input`, else the last one `above`.

    Raises ProblemError where they are not there, or not as many as the layer takes.
    """
    written = layer.common.get("input")
    if written is None:
        names: tuple[str, ...] = (_last(above),)
    else:
        names = (written,) if isinstance(written, str) else tuple(written)
    for name in names:
        if name != INPUT and name not in above:
            raise layer_error(f"there is no layer `{name}` above", "input", code="input")
    if wrong := _wrong_number(layer, len(names)):
        raise layer_error(wrong, "input", code="input")
    return names


def _last(above: Mapping[str, Planned]) -> str:
    return [INPUT, *above][-1]


def _wrong_number(layer: Component, count: int) -> str | None:
    """What is wrong with so many inputs, or None."""
    if layer.entry.traits.get("joins"):
        return None if count > 1 else f"{layer.name} takes several layers: input: [one, other]"
    return None if count == 1 else f"{layer.name} takes one input, not {count}"


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
