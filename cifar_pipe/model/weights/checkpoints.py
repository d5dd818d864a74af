"""The state_dict in what a file of weights holds: the whole of it, or one entry of a checkpoint."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import RunError

_DEPTH = 2


def state_in(path: Path, held: Any) -> tuple[Mapping[str, Tensor], tuple[str, ...]]:
    """The state_dict, and in words where it was, if it was not all that there is.

    Of a checkpoint it is the only entry that is one: `net` of `{net: ..., epoch: 3}`. Raises
    RunError where there is none, or a choice.
    """
    if _is_state(held):
        return held, ()
    for depth in range(1, _DEPTH + 1):
        found = dict(_states(held, depth)) if isinstance(held, Mapping) else {}
        if len(found) > 1:
            raise _several(path, [*found], is_plain=_is_plain(held))
        for keys, state in found.items():
            return state, (f"the weights in its entry {'.'.join(keys)}",)
    raise _none(path, held)


def _is_state(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(one, Tensor) for name, one in value.items()
    )


def _states(held: Mapping[Any, Any], depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The state_dicts so deep below, with their keys; what optimizers keep has numbers as keys."""
    for key, value in held.items():
        if not isinstance(key, str) or not isinstance(value, Mapping) or not value:
            continue
        if depth > 1:
            yield from (((key, *keys), state) for keys, state in _states(value, depth - 1))
        elif _is_state(value):
            yield (key,), value


def _is_plain(held: Mapping[Any, Any]) -> bool:
    """Whether torch.load reads it without being told that it may."""
    return not any(isinstance(value, argparse.Namespace) for value in held.values())


def _several(path: Path, entries: list[tuple[str, ...]], *, is_plain: bool) -> RunError:
    names = [".".join(keys) for keys in entries]
    message = f"{path} holds the weights of several networks: {some(names)}"
    entry = "".join(f"[{key!r}]" for key in entries[0])
    load = f"torch.load({str(path)!r}{'' if is_plain else ', weights_only=False'})"
    save = f"torch.save({load}{entry}, {str(_beside(path))!r})"
    trust = "" if is_plain else ", if you trust where it comes from"
    return RunError(message, help=f"save one of them in Python{trust}, and name that file: {save}")


def _none(path: Path, held: Any) -> RunError:
    found = f"an object of type {type(held).__name__}"
    if isinstance(held, Mapping):
        found = f"a mapping with the keys {some([str(key) for key in held])}"
    message = f"{path} does not hold a state_dict: {found}"
    return RunError(message, help="save network.state_dict() into it: torch.save(…, PATH)")


def _beside(path: Path) -> Path:
    """The name of a file for the weights alone."""
    return path.with_name(f"{path.stem}_weights.pth")
