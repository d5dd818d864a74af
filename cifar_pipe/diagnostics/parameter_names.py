"""The parameter that was probably meant: of the same layer, or of one that is called nearly so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cifar_pipe.diagnostics.suggest import nearest

# Shorter words are two letters away from anything.
_SHORTEST = 4


def nearest_parameter(word: str, names: Sequence[str]) -> str | None:
    """`conv1.bias` for `conv9.bias` or `conv1.bais`; None where no layer is called nearly so.

    `names` are those of a network's parameters, `fc1.weight`, or their beginnings, `layer1`.
    """
    layer, _, last = word.rpartition(".")
    if not layer:
        return _layer(word, [name for name in names if "." not in name])
    layers = dict.fromkeys(name.rpartition(".")[0] for name in names)
    found = layer if layer in layers else _layer(layer, list(layers))
    own = [name.rpartition(".")[2] for name in names if name.rpartition(".")[0] == found]
    one = last if last in own else nearest(last, own)
    return f"{found}.{one}" if found is not None and one is not None else None


def _layer(word: str, layers: Sequence[str]) -> str | None:
    """Of the same kind: `conv1` and `conv2` are, `fc1` is not, however short the two are."""
    kind = _kind(word)
    same = [one for one in layers if _kind(one) == kind]
    if same:
        return nearest(word, same) or same[0]
    return nearest(word, [one for one in layers if len(_kind(one)) >= _SHORTEST])


def _kind(layer: str) -> str:
    return re.sub(r"[\d_]+", "", layer).casefold()
