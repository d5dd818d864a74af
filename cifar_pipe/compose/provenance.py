"""Where values came from: through references, and from blocks to their uses."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.diagnostics.spans import SET_HERE, Span
from cifar_pipe.syntax.node_edits import map_spans
from cifar_pipe.syntax.nodes import Node, ScalarNode

Origin = tuple[Span, str]


def at_reference(node: Node, span: Span, *, set_at: Span | None = None) -> Node:
    """The value at the place of its reference; what is in it stays where it was written.

    `set_at` is where the value was set, if that is not where the node says.
    """
    origin = (set_at, SET_HERE) if set_at else node.span.origin or (node.span, SET_HERE)
    if not isinstance(node, ScalarNode):
        use = (span, "it is used here")
        node = map_spans(node, lambda one: one if one.origin else replace(one, origin=use))
    return replace(node, span=replace(span, origin=origin))


def with_origin(node: Node, origin: Origin) -> Node:
    """The node at its place, with `origin` after the last origin of each of its spans."""
    return map_spans(node, lambda span: extended(span, origin))


def extended(span: Span, origin: Origin) -> Span:
    """The span with `origin` after the last of its own."""
    if span.origin is not None:
        at, label = span.origin
        origin = (extended(at, origin), label)
    return replace(span, origin=origin)
