"""Where values came from, through references and blocks, and where entries were removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from cifar_pipe.diagnostics.spans import SET_HERE, Source, Span
from cifar_pipe.syntax.node_edits import map_spans
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode

Origin = tuple[Span, str]


class Written(NamedTuple):
    """One entry of a file, by its path in that file, or a whole override, which has no path."""

    span: Span
    path: tuple[str | int, ...] = ()
    node: Node | None = None

    @property
    def source(self) -> Source:
        return self.span.source

    @property
    def parts(self) -> Iterator[Written]:
        """The entries in it."""
        match self.node:
            case MappingNode(items=items):
                for key, item in items.items():
                    yield Written(item.span, (*self.path, key), item.value)
            case SequenceNode(items=nodes):
                for index, node in enumerate(nodes):
                    yield Written(node.span, (*self.path, index), node)


class Removals(dict[tuple[str, str], Span]):
    """Where a file or an override removes a stage, a variable or a block, by map and name."""

    def related(self, map_name: str, name: str) -> list[Origin]:
        """Where the entry was removed, as the second place of a finding; empty where it was not."""
        span = self.get((map_name, name))
        return [(span, f"{name} is removed here")] if span else []


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
