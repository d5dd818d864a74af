"""A YAML document as nodes that know where their words are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.diagnostics.spans import Span


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """`value` is typed by YAML 1.2's core schema: None, bool, int, float or str.

    `plain` is true for a scalar without quotes: only such a one can be a `$reference`. `is_error` is
    true where a finding says that there is no right value here: nothing else is reported of it.
    """

    value: bool | int | float | str | None
    span: Span
    plain: bool = True
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class SequenceNode:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    key: str
    key_span: Span
    value: Node

    @property
    def span(self) -> Span:
        """The words `key: value`, as far as they are on the key's line."""
        return self.key_span.to(self.value.span)


@dataclass(frozen=True, slots=True)
class MappingNode:
    items: dict[str, Item]
    span: Span

    def get(self, key: str) -> Node | None:
        item = self.items.get(key)
        return None if item is None else item.value


Node = ScalarNode | SequenceNode | MappingNode

# The key of an item that makes a mapping incomplete: a finding says that something else should be
# here, so no key is surely missing. Half of a surrogate pair is an error wherever it is written, so
# no pipeline has this key.
ERROR_KEY = "\ud800"


def error_node(span: Span) -> ScalarNode:
    """In place of a value that has a finding: later checks report nothing about it."""
    return ScalarNode("", span, plain=False, is_error=True)


def error_item(span: Span) -> Item:
    return Item(ERROR_KEY, span, error_node(span))


def is_error(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.is_error


def text_in(node: Node | None) -> str | None:
    """The text that the node is; None where it is anything else."""
    value = node.value if isinstance(node, ScalarNode) else None
    return value if isinstance(value, str) else None


def is_incomplete(node: Node | None) -> bool:
    """Whether a finding hides what else may be there."""
    return is_error(node) or (isinstance(node, MappingNode) and ERROR_KEY in node.items)


def to_plain(node: Node) -> Any:
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(items=items):
            return [to_plain(item) for item in items]
        case MappingNode(items=items):
            return {key: to_plain(item.value) for key, item in items.items()}


def follow(node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[Node, Span]]:
    """What each step of the path leads to below `node`, as far as it is written, with its words.

    For a key of a mapping these are `key: value`, for an item of a list the item.
    """
    for step in path:
        match node:
            case MappingNode(items=items) if step in items:
                node = items[str(step)].value
                yield node, items[str(step)].span
            case SequenceNode(items=items) if isinstance(step, int) and step < len(items):
                node = items[step]
                yield node, node.span
            case _:
                return


def span_at(node: Node, path: tuple[str | int, ...]) -> Span:
    """The words of the last that is there of what `path` leads to below `node`."""
    return [node.span, *(span for _, span in follow(node, path))][-1]


VALUE = ""
"""The last step of a path to a value that is shown without its key."""


def locate(node: Node, path: tuple[str | int, ...], fallback: Span) -> Span:
    """The words under a finding's caret: what `path` leads to below the stage's `node`.

    A component is shown by its name, an argument of one, or one of several under names of their own,
    as it is written: `key: value`. Where the path's end is not written, the component that lacks it is shown; where nothing of the path is
    written, `fallback`.
    """
    span, is_argument, stage = fallback, False, node
    for step in path:
        match node:
            case MappingNode(items=items) if step in items:
                is_argument = node is not stage
                span, node = items[str(step)].span, items[str(step)].value
            case SequenceNode(items=items) if isinstance(step, int) and step < len(items):
                is_argument = False
                span, node = items[step].span, items[step]
            case ScalarNode() if step == VALUE:
                span = node.span
            case _:
                # An argument that is a component is shown by its name where it lacks something.
                is_argument = False
                break
    if isinstance(node, MappingNode) and "type" in node.items and span is not fallback:
        return span if is_argument else node.items["type"].value.span
    return span


def children(node: Node) -> Iterable[Node]:
    if isinstance(node, MappingNode):
        return [item.value for item in node.items.values()]
    return node.items if isinstance(node, SequenceNode) else ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def reference_in(node: Node) -> str | None:
    """The reference that the node is, without its `$`, or None.

    In a composed pipeline such nodes are `$data` references, or have a finding already.
    """
    text = text_in(node) if isinstance(node, ScalarNode) and node.plain else None
    return text[1:] if text and text.startswith("$") and not text.startswith("$$") else None


def has_no_value(node: Node) -> bool:
    """Whether there is a finding instead of a value, or a reference that waits for the data."""
    return is_error(node) or reference_in(node) is not None
