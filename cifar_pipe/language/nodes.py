"""A YAML document as nodes that know where their words stand.

Lines and columns are 1-based and columns count characters; `end_column` is the column just behind
the last character. A caret is drawn on the start line only, so a node that goes on over several
lines ends, for a caret's purpose, at the end of its first line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """Where text came from: a file, or an override on the command line.

    `name` is what diagnostics print: the path as the user gave it, or `-S train.epochs=x`.
    """

    name: str
    text: str
    lines: tuple[str, ...] = field(repr=False)
    # Where the file is extended, if it is not the pipeline's own.
    extended_at: Span | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, name: str, text: str, *, extended_at: Span | None = None) -> Source:
        return cls(name, text, tuple(text.splitlines()), extended_at)


# How the way from a reference to the value in its place is called.
SET_HERE = "the value was set here"


@dataclass(frozen=True, slots=True)
class Span:
    """`way` is a second position with its label, where a reference led from one to the other."""

    source: Source = field(repr=False)
    line: int
    column: int
    end_column: int
    way: tuple[Span, str] | None = field(default=None, repr=False, compare=False)

    def to(self, end: Span) -> Span:
        """From here to the end of `end`, or to the end of this line if `end` starts lower."""
        last = end.end_column
        if end.source is not self.source or end.line != self.line:
            last = len(self.source.lines[self.line - 1].rstrip()) + 1
        way = end.way or self.way
        return Span(self.source, self.line, self.column, max(self.end_column, last), way)


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """`value` is typed by YAML 1.2's core schema: None, bool, int, float or str.

    `plain` is true for a scalar without quotes: only such a one can be a `$reference`. `told` is
    true where a finding says that there is no right value here: nothing else is said of it.
    """

    value: bool | int | float | str | None
    span: Span
    plain: bool = True
    told: bool = False


@dataclass(frozen=True, slots=True)
class SequenceNode:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """One `key: value` of a mapping."""

    key: str
    key_span: Span
    value: Node

    @property
    def span(self) -> Span:
        """The words `key: value`, as far as they stand on the key's line."""
        return self.key_span.to(self.value.span)


@dataclass(frozen=True, slots=True)
class MappingNode:
    items: dict[str, Item]
    span: Span

    def get(self, key: str) -> Node | None:
        item = self.items.get(key)
        return None if item is None else item.value


Node = ScalarNode | SequenceNode | MappingNode


# The key of an item that stands for what is not known of a mapping: a finding says that something
# else should be here, so that nothing is missing for sure. Half of a surrogate pair is told
# wherever it is written: no key of a pipeline's own is this one.
HOLE = "\ud800"


def told_at(span: Span) -> ScalarNode:
    """What stands where a finding says that there is no right value."""
    return ScalarNode("", span, plain=False, told=True)


def hole_at(span: Span) -> Item:
    return Item(HOLE, span, told_at(span))


def is_told(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.told


def has_hole(node: Node | None) -> bool:
    """Whether something may be there that is not seen."""
    return is_told(node) or (isinstance(node, MappingNode) and HOLE in node.items)


def to_plain(node: Node) -> Any:
    """The node as plain Python data, without positions."""
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(items=items):
            return [to_plain(item) for item in items]
        case MappingNode(items=items):
            return {key: to_plain(item.value) for key, item in items.items()}


def span_at(node: Node, path: tuple[str | int, ...]) -> Span:
    """The span of what `path` leads to below `node`; where it ends early, of the last that is there.

    For a key of a mapping this is `key: value`, for an item of a list the item.
    """
    span = node.span
    for step in path:
        match node:
            case MappingNode(items=items) if step in items:
                span, node = items[str(step)].span, items[str(step)].value
            case SequenceNode(items=items) if isinstance(step, int) and step < len(items):
                node = items[step]
                span = node.span
            case _:
                break
    return span


def walk(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case SequenceNode(items=items):
            for item in items:
                yield from walk(item)
        case MappingNode(items=entries):
            for entry in entries.values():
                yield from walk(entry.value)
