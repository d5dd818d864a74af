from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cifar_pipe.syntax.node_edits import (
    as_component,
    from_plain,
    height,
    map_children,
    map_spans,
    replace_scalars,
    with_value,
    without,
    without_path,
)
from cifar_pipe.syntax.nodes import ScalarNode, to_plain, walk

TEXT = "a: [1, {b: 2}]\nc: 3\n"


def test_scalars_are_replaced_wherever_they_are(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    doubled = replace_scalars(root, lambda node: replace(node, value=node.value * 2))
    assert to_plain(doubled) == {"a": [2, {"b": 4}], "c": 6}
    assert to_plain(root) == {"a": [1, {"b": 2}], "c": 3}


def test_children_are_those_of_one_level(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    changed = map_children(root, lambda node: ScalarNode(0, node.span))
    assert to_plain(changed) == {"a": 0, "c": 0}
    scalar = root.get("c")
    assert map_children(scalar, lambda _: root) is scalar


def test_all_spans_are_changed_and_those_of_keys_too(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    moved = map_spans(root, lambda span: replace(span, line=9))
    assert to_plain(moved) == to_plain(root)
    assert {node.span.line for node in walk(moved)} == {9}
    assert {item.key_span.line for item in moved.items.values()} == {9}


def test_keys_are_replaced_and_left_out(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    assert to_plain(with_value(without(root, "a"), "c", root.get("a"))) == {"c": [1, {"b": 2}]}


def test_nodes_from_plain_data_and_from_names(root_of: Callable[[str], Any]) -> None:
    root = root_of("a: ReLU\n")
    assert to_plain(from_plain({"x": (1, None)}, root.span)) == {"x": [1, None]}
    component = as_component(root.get("a"))
    assert component is not None
    assert to_plain(component) == {"type": "ReLU"}
    assert as_component(root) is None


def test_the_height_counts_collections(root_of: Callable[[str], Any]) -> None:
    assert height(root_of(TEXT)) == 3
    assert height(root_of(TEXT).get("c")) == 0


def test_what_a_path_leads_to_is_taken_out(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    assert to_plain(without_path(root, ("c",))) == {"a": [1, {"b": 2}]}
    assert to_plain(without_path(root, ("a", 0))) == {"a": [{"b": 2}], "c": 3}
    assert to_plain(without_path(root, ("a", 1, "b"))) == {"a": [1, {}], "c": 3}
