"""Components with drawn arguments, right and wrong ones, for property tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.entry import Kind
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.catalog.docs.example import example_arguments
from tests.model.planning.test_edge_values import NEEDED, VALUES

# Each beside what people write.
_MORE: tuple[Any, ...] = (
    4,
    6,
    0.1,
    0.9,
    1e30,
    2**31,
    10**30,
    [8],
    [4, 8],
    [2, 3],
    [1, 2],
    [16, 10],
)
_BROADER = (*VALUES, *_MORE)


def drawn_layer(draw: st.DrawFn, name: str) -> Component:
    return drawn_component(draw, "layer", name)


def drawn_component(draw: st.DrawFn, kind: Kind, name: str) -> Component:
    """With up to four arguments drawn from those values that their types take."""
    written, choices = _needed(kind, name), _choices(kind, name)
    if choices:
        for key in draw(st.lists(st.sampled_from(sorted(choices)), max_size=4, unique=True)):
            written = {**written, key: draw(st.sampled_from(choices[key]))}
    try:
        return make(kind, name, **written)
    except ValueError:
        # A rule between the arguments.
        return make(kind, name, **_needed(kind, name))


@cache
def _needed(kind: Kind, name: str) -> dict[str, Any]:
    entry = find(kind, name)
    assert entry is not None
    written = example_arguments(entry)
    return written | {key: one for key, one in NEEDED.items() if key in written}


@cache
def _choices(kind: Kind, name: str) -> dict[str, list[Any]]:
    entry = find(kind, name)
    assert entry is not None
    found = {
        key: [one for one in _BROADER if _is_taken(kind, name, key, one)] for key in entry.args
    }
    return {key: values for key, values in found.items() if values}


def _is_taken(kind: Kind, name: str, key: str, value: Any) -> bool:
    try:
        make(kind, name, **{**_needed(kind, name), key: value})
    except ValueError:
        return False
    return True
