"""What the layers of a list are called; their parameters go by it: `conv1.weight`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.model.planning.misfit import Misfit

# A submodule under one of these names would hide, or be hidden by, what every module has.
TAKEN = frozenset(dir(nn.Module())) | {"rows", "input_shape", "steps"}


def layer_names(layers: Sequence[Component], *, taken: Collection[str] = ()) -> list[str]:
    """Each layer's `id`, or else its type in lower case and its number among that type: conv2d_1.

    Raises Misfit for a name that stands twice or that PyTorch's modules need for themselves; `taken`
    are more of those.
    """
    names: dict[str, Component] = {}
    counts: Counter[str] = Counter()
    for index, layer in enumerate(layers):
        counts[layer.name] += 1
        stated = layer.common.get("id")
        name = stated or f"{layer.name.lower()}_{counts[layer.name]}"
        told = _wrong(name, names, taken)
        if told:
            message, help_ = told
            argument = "id" if stated else None
            raise Misfit((index,), layer, message, argument=argument, help=help_, code="layer-id")
        names[name] = layer
    return list(names)


def _wrong(
    name: str, above: dict[str, Component], taken: Collection[str]
) -> tuple[str, str] | None:
    """What is wrong with the name, and what to do."""
    if name in above:
        return (
            f"two layers are called `{name}`: this one and a {above[name].name} above it",
            "give one of them another id",
        )
    if name == INPUT:
        return (
            f"a layer cannot be called `{name}`: that is what the list of layers is given",
            "another id, stem for example",
        )
    if name in TAKEN or name in taken:
        return (
            f"a layer cannot be called `{name}`: every PyTorch module has something of that name"
            if name in TAKEN
            else f"a layer in here cannot be called `{name}`: something else is",
            f"another id, {name}_1 for example",
        )
    return None
