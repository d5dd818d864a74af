from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.compose.key_search import found_below, item_ids, similar_below, similar_name
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.nodes import Item, error_node

PIPELINE = """\
stages:
  build_model: {layers: [{type: Linear, out_features: 10, id: fc}, ReLU]}
  train: {epochs: 1, optimizer: {type: SGD, lr: 0.1}}
  again: {type: train, epochs: 2, optimizer: {type: SGD, lr: 0.1}}
"""


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("out_features", "did you mean `build_model.layers.fc.out_features`?"),
        ("epochs", "did you mean `train.epochs` or `again.epochs`?"),
        ("epochz", None),
        ("type", None),
    ],
)
def test_a_key_is_found_where_it_is(
    name: str, help_: str | None, root_of: Callable[[str], Any]
) -> None:
    assert found_below(root_of(PIPELINE), name) == help_


@pytest.mark.parametrize(
    ("name", "help_"),
    [("epochz", "did you mean `train.epochs` or `again.epochs`?"), ("lt", None), ("zebra", None)],
)
def test_a_similar_key_is_found_by_a_word_of_some_length(
    name: str, help_: str | None, root_of: Callable[[str], Any]
) -> None:
    assert similar_below(root_of(PIPELINE), name) == help_


def test_many_places_are_not_named(root_of: Callable[[str], Any]) -> None:
    rows = "".join(f"  s{n}: {{epochs: 1}}\n" for n in range(4))
    assert found_below(root_of(f"stages:\n{rows}"), "epochs") is None


def test_items_of_a_list_are_found_by_the_first_of_their_id(root_of: Callable[[str], Any]) -> None:
    layers = root_of("it: [ReLU, {id: a}, {id: 3}, {id: b}, {id: a}]").get("it")
    assert item_ids(layers) == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("name", "source", "help_"),
    [
        ("widht", "base.yaml", "did you mean `width`?"),
        ("width_of_all", "base.yaml", "did you mean `width`?"),
        ("depth", "base.yaml", None),
        ("widht", "own.yaml", None),
    ],
)
def test_a_similar_name_of_another_file_is_probably_meant(
    name: str, source: str, help_: str | None
) -> None:
    files = {one: Source.of(one, "") for one in ("own.yaml", "base.yaml")}

    def item(key: str, file: str) -> Item:
        span = Span(files[file], 1, 1, 1)
        return Item(key, span, error_node(span))

    items = {"width": item("width", "own.yaml")}
    assert similar_name(item(name, source), items) == help_
