"""What the layers of a network are called; their parameters go by it: `conv1.weight`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from torch import nn

from cifar_pipe.catalog.component import Component
from cifar_pipe.model.misfit import Misfit

# A submodule under one of these names would hide, or be hidden by, what every module has.
TAKEN = frozenset(dir(nn.Module())) | {"rows", "input_shape", "steps"}


def layer_names(layers: Sequence[Component]) -> list[str]:
    """Each layer's `id`, or else its type in lower case and its number among that type: conv2d_1.

    Raises Misfit for a name that stands twice or that PyTorch's modules need for themselves.
    """
    names: list[str] = []
    counts: Counter[str] = Counter()
    for index, layer in enumerate(layers):
        counts[layer.name] += 1
        stated = layer.common.get("id")
        name = stated or f"{layer.name.lower()}_{counts[layer.name]}"
        argument = "id" if stated else None
        if name in names:
            first = layers[names.index(name)].name
            raise Misfit(
                index,
                f"two layers are called `{name}`: this one and a {first} above it",
                argument=argument,
                help="give one of them another id",
                code="argument",
            )
        if name in TAKEN:
            raise Misfit(
                index,
                f"a layer cannot be called `{name}`: every PyTorch module has something of that name",
                argument=argument,
                help=f"another id, {name}_1 for example",
                code="argument",
            )
        names.append(name)
    return names
