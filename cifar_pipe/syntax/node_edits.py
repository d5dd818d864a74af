"""Small operations on nodes. Nodes never change: each operation returns new ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.nodes import Item, MappingNode, Node, ScalarNode, SequenceNode, children

ID_MAPS = ("stages", "vars", "blocks")
"""The mappings at the top whose keys are ids: null removes an entry of theirs."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def with_item(mapping: MappingNode, item: Item) -> MappingNode:
    """With the item in its key's place, or last where the key is new."""
    return MappingNode({**mapping.items, item.key: item}, mapping.span)


def without(mapping: MappingNode, *keys: str) -> MappingNode:
    kept = {key: item for key, item in mapping.items.items() if key not in keys}
    return MappingNode(kept, mapping.span)


def only(mapping: MappingNode, *keys: str) -> MappingNode:
    kept = {key: item for key, item in mapping.items.items() if key in keys}
    return MappingNode(kept, mapping.span)


def without_path(node: Node, path: tuple[str | int, ...]) -> Node:
    """Without what the path leads to: a key of a mapping, or an item of a list; all of it is there."""
    step, *rest = path
    match node:
        case MappingNode(items=items) if not rest:
            return without(node, str(step))
        case MappingNode(items=items):
            return with_value(node, str(step), without_path(items[str(step)].value, tuple(rest)))
        case SequenceNode(items=parts):
            index = int(step)
            kept = (without_path(parts[index], tuple(rest)),) if rest else ()
            return SequenceNode((*parts[:index], *kept, *parts[index + 1 :]), node.span)
    return node


def with_value(mapping: MappingNode, key: str, value: Node) -> MappingNode:
    """With another value for a key that is there."""
    return with_item(mapping, Item(key, mapping.items[key].key_span, value))


def as_component(node: Node) -> MappingNode | None:
    """`Name` as `{type: Name}`, or None where the node is not a bare name."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
        return MappingNode({"type": Item("type", node.span, node)}, node.span)
    return None


def is_null(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


def is_left_out(node: Node) -> bool:
    """Whether nothing is written where the value should be, as after `key:` or a bare key."""
    return is_null(node) and node.span.column == node.span.end_column


def from_plain(value: Any, span: Span) -> Node:
    """Plain data as nodes that are all at `span`."""
    match value:
        case dict():
            items = {key: Item(key, span, from_plain(entry, span)) for key, entry in value.items()}
            return MappingNode(items, span)
        case list() | tuple():
            return SequenceNode(tuple(from_plain(entry, span) for entry in value), span)
    return ScalarNode(value, span, plain=False)


def map_children(
    node: Node,
    change: Callable[[Node], Node],
    change_span: Callable[[Span], Span] = lambda one: one,
) -> Node:
    """The same collection with each of its values changed, and its own spans; a scalar as it is."""
    match node:
        case SequenceNode(items=items, span=span):
            return SequenceNode(tuple(map(change, items)), change_span(span))
        case MappingNode(items=entries, span=span):
            changed = {
                key: Item(key, change_span(item.key_span), change(item.value))
                for key, item in entries.items()
            }
            return MappingNode(changed, change_span(span))
    return node


def replace_scalars(node: Node, change: Callable[[ScalarNode], Node]) -> Node:
    if isinstance(node, ScalarNode):
        return change(node)
    return map_children(node, lambda child: replace_scalars(child, change))


def map_spans(node: Node, change: Callable[[Span], Span]) -> Node:
    """The same node with each span in it changed, those of keys too."""
    if isinstance(node, ScalarNode):
        return replace(node, span=change(node.span))
    return map_children(node, lambda child: map_spans(child, change), change)


def height(node: Node) -> int:
    """How many levels deep collections are nested."""
    if isinstance(node, ScalarNode):
        return 0
    return 1 + max(map(height, children(node)), default=0)
