"""A value in the place of its reference, with the way from one to the other."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.diagnostics.spans import SET_HERE, Span
from cifar_pipe.syntax.nodes import Item, MappingNode, Node, ScalarNode, SequenceNode


def placed_at(node: Node, span: Span, *, origin: Span | None = None) -> Node:
    """The value where the reference stands; what is in it stays where it was written.

    `origin` is where the value was set, if that is not where the node says.
    """
    way = (origin, SET_HERE) if origin is not None else node.span.origin or (node.span, SET_HERE)
    at = replace(span, origin=way)
    if isinstance(node, ScalarNode):
        return replace(node, span=at)
    return replace(_used(node, (span, "it is used here")), span=at)


def with_origin(node: Node, way: tuple[Span, str]) -> Node:
    """The node where it stands, with the way to where it is used at the end of its own way."""
    span = with_last_origin(node.span, way)
    match node:
        case ScalarNode():
            return replace(node, span=span)
        case SequenceNode(items=items):
            return SequenceNode(tuple(with_origin(one, way) for one in items), span)
        case MappingNode(items=items):
            led = {
                key: Item(key, with_last_origin(item.key_span, way), with_origin(item.value, way))
                for key, item in items.items()
            }
            return MappingNode(led, span)


def with_last_origin(span: Span, way: tuple[Span, str]) -> Span:
    if span.origin is None:
        return replace(span, origin=way)
    return replace(span, origin=(with_last_origin(span.origin[0], way), span.origin[1]))


def _used(node: Node, way: tuple[Span, str]) -> Node:
    """The same at the same place, with the way there."""
    span = node.span if node.span.origin else replace(node.span, origin=way)
    match node:
        case ScalarNode():
            return replace(node, span=span)
        case SequenceNode(items=items):
            return SequenceNode(tuple(_used(item, way) for item in items), span)
        case MappingNode(items=entries):
            used = {
                key: Item(key, replace(item.key_span, origin=way), _used(item.value, way))
                for key, item in entries.items()
            }
            return MappingNode(used, span)
