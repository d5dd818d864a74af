"""Builds nodes from the events of a YAML parser: in one pass, without recursion, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax import scalars
from cifar_pipe.syntax.limits import DEEPEST, MOST_NODES
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    error_item,
    error_node,
)


class UnreadableError(Exception):
    """The document cannot be read beyond this place."""

    def __init__(self, code: str, message: str, span: Span, *, help: str | None = None) -> None:  # noqa: A002
        super().__init__(message)
        self.code, self.message, self.span, self.help = code, message, span, help


@dataclass(slots=True)
class _Built:
    """`size` counts nodes and `height` collections, both with aliases expanded."""

    node: Node
    size: int
    height: int


@dataclass(slots=True)
class _Key:
    """`name` is None where the key cannot be one; then its value is left out."""

    name: str | None
    span: Span
    plain: bool


@dataclass(slots=True)
class _Tuple:
    """`(1, 2)` in braces, which YAML takes apart at the commas; `texts` are its parts so far."""

    key: _Key
    span: Span
    texts: list[str]

    @property
    def closed(self) -> bool:
        return self.texts[-1].endswith(")")


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    span: Span
    anchor: str | None
    flow: bool
    list_items: list[Node] | None
    items: dict[str, Item] = field(default_factory=dict)
    key: _Key | None = None
    tuple: _Tuple | None = None
    size: int = 1
    height: int = 0

    @property
    def expects_key(self) -> bool:
        return self.list_items is None and self.key is None


class Tree:
    """Takes events in order; `roots` holds the nodes of the documents.

    Where a finding leaves no right value, what stands there is told already (`error_node`), and a
    mapping that lacks an item for such a reason has a hole.
    Raises UnreadableError where a limit is passed.
    """

    def __init__(self, source: Source, findings: Findings, *, column_offset: int = 0) -> None:
        self.source = source
        self.findings = findings
        self.offset = column_offset
        self.roots: list[Node] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, _Built | None] = {}
        self._count = 0
        self._last_line = len(source.lines)

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._anchors.clear()

    def span(self, start: Any, end: Any) -> Span:
        """From one mark to the other, or to the end of the first line."""
        line = start.line + 1
        if line > self._last_line:
            return self._behind_all()
        shift = self.offset if line == 1 else 0
        if end.line == start.line:
            return Span(self.source, line, start.column + 1 + shift, end.column + 1 + shift)
        text = self.source.lines[start.line].rstrip()
        column = start.column + 1 + shift
        return Span(self.source, line, column, max(column, len(text) + 1))

    def _behind_all(self) -> Span:
        """Where nothing stands behind the last line break, the end of the line before it."""
        last = max(1, self._last_line)
        column = len(self.source.lines[last - 1]) + 1 if self.source.lines else 1
        return Span(self.source, last, column, column)

    def _report(self, code: str, message: str, span: Span, **more: Any) -> None:
        self.findings.add(code, message, span, **more)

    def _grow(self, by: int, span: Span) -> None:
        if self._open and self._open[-1].expects_key:
            return
        self._count += by
        if self._count > MOST_NODES:
            raise UnreadableError(
                "too-large", f"the document has more than {MOST_NODES:,} values", span
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = self.span(event.start_mark, event.end_mark)
        self._grow(1, span)
        plain = not event.style
        node = self._plain(event.value, span) if plain else self._quoted(event.value, span)
        if event.tag is not None:
            self._report_tag(event.tag, span)
            # Without its tag `!!float 1` is right; what `!include x` is to be, nobody knows.
            node = error_node(span) if isinstance(node.value, str) else node
        built = _Built(node, 1, 0)
        if event.anchor is not None:
            self._anchors[event.anchor] = built
        self._attach(built, span, event.value)

    def _plain(self, text: str, span: Span) -> ScalarNode:
        try:
            return ScalarNode(scalars.resolve(text), span)
        except scalars.NoNumberError as error:
            self._report("value", str(error), span, help="write a finite number, or quote the text")
            return error_node(span)

    def _quoted(self, text: str, span: Span) -> ScalarNode:
        # The Python parser lets "\ud800" through; such text cannot be written anywhere.
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._report("encoding", "half of a surrogate pair is no character", span)
            return error_node(span)
        return ScalarNode(text, span, plain=False)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        flow = bool(event.flow_style)
        marks = event.start_mark, event.end_mark if flow else event.start_mark
        span = self.span(*marks)
        self._grow(1, span)
        if event.tag is not None:
            self._report_tag(event.tag, span)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_list = isinstance(event, yaml.SequenceStartEvent)
        self._open.append(_Open(span, event.anchor, flow, [] if is_list else None))
        self._check_depth(len(self._open), span)

    def _check_depth(self, depth: int, span: Span) -> None:
        if depth > DEEPEST:
            raise UnreadableError(
                "too-large", f"the document is nested more than {DEEPEST} levels deep", span
            )

    def _end(self, event: yaml.MappingEndEvent | yaml.SequenceEndEvent) -> None:
        closed = self._open.pop()
        self._end_tuple(closed)
        if closed.flow:
            start = closed.span
            end = self.span(event.start_mark, event.end_mark)
            closed.span = start.to(end)
        node: Node = (
            MappingNode(closed.items, closed.span)
            if closed.list_items is None
            else SequenceNode(tuple(closed.list_items), closed.span)
        )
        built = _Built(node, closed.size, closed.height + 1)
        if closed.anchor is not None:
            self._anchors[closed.anchor] = built
        self._attach(built, closed.span, None)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span = self.span(event.start_mark, event.end_mark)
        name = str(event.anchor)
        built = self._anchors.get(name)
        if built is None:
            self._wrong_alias(name, span)
            built = _Built(error_node(span), 1, 0)
        self._grow(built.size, span)
        self._check_depth(len(self._open) + built.height, span)
        text = built.node.value if isinstance(built.node, ScalarNode) else None
        self._attach(built, span, text if isinstance(text, str) else None)

    def _wrong_alias(self, name: str, span: Span) -> None:
        if name in self._anchors:
            self._report("alias", f"*{name} leads to itself", span)
        else:
            self._report(
                "alias",
                f"*{name} names nothing: no &{name} stands above",
                span,
                help="quote text that begins with *",
            )

    def _report_tag(self, tag: str, span: Span) -> None:
        self._report(
            "tag",
            f"{_shown_tag(tag)} is a YAML tag; a pipeline has none",
            span,
            help="leave it out; quote text that begins with !",
        )

    def _attach(self, built: _Built, span: Span, text: str | None) -> None:
        """Puts a finished node into the collection around it. `text` is the scalar's, for a key."""
        if not self._open:
            self.roots.append(built.node)
            return
        around = self._open[-1]
        around.height = max(around.height, built.height)
        if not around.flow and span.line == around.span.line:
            around.span = around.span.to(span)
        if around.expects_key:
            around.key = self._key(built.node, span, text, around)
            return
        around.size += built.size
        if around.list_items is not None:
            around.list_items.append(built.node)
        elif around.key is not None:
            self._add_item(around, around.key, built.node)
            around.key = None

    def _key(self, node: Node, span: Span, text: str | None, mapping: _Open) -> _Key:
        if mapping.tuple is not None and not self._colon_follows(span):
            mapping.tuple.texts.append(text or "")
            mapping.tuple.span = mapping.tuple.span.to(span)
            return _Key(None, span, plain=False)
        self._end_tuple(mapping)
        if not isinstance(node, ScalarNode):
            what = "list" if isinstance(node, SequenceNode) else "mapping"
            self._report(
                "type", f"a key has to be text, not a {what}", span, help="quote text with brackets"
            )
            return _Key(None, span, plain=False)
        if node.is_error:
            return _Key(None, span, plain=False)
        if isinstance(node.value, str):
            return _Key(node.value, span, node.plain)
        if not text:
            self._report("syntax", "a key is missing here", span)
            return _Key(None, span, plain=False)
        kind = scalars.kind_of(node.value)
        decimal = self._before_comma(span)
        if decimal is None and mapping.flow and not self._colon_follows(span):
            message = f"`{text}` stands here without a name"
            self._report(
                "syntax", message, span, help=f"write `NAME: {text}`, or [a, b] for a list"
            )
            return _Key(None, span, plain=False)
        if decimal is not None and mapping.items:
            # What would be read on the comma's left is not what is meant.
            name, last = mapping.items.popitem()
            mapping.items[name] = Item(name, last.key_span, error_node(last.value.span))
        self._report(
            "type",
            f"a key has to be text, {text} is {kind}",
            span,
            help=f"write {decimal}.{text}" if decimal else f'quote it: "{text}"',
        )
        return _Key(None, span, plain=True)

    def _before_comma(self, span: Span) -> str | None:
        """The whole number that stands just before `,KEY`: a decimal comma, most likely."""
        before = span.source.lines[span.line - 1][: span.column - 1]
        found = re.search(r"(?<![\w.])[+-]?\d+(?=,$)", before)
        return found[0] if found else None

    def _add_item(self, mapping: _Open, key: _Key, value: Node) -> None:
        if mapping.tuple is not None:
            if mapping.tuple.closed:
                self._end_tuple(mapping)
            return
        if key.name is None:
            mapping.items[ERROR_KEY] = error_item(key.span)
            return
        if key.name == "<<" and key.plain:
            mapping.items[ERROR_KEY] = error_item(key.span)
            self._report(
                "unknown-key",
                "`<<` is not a merge key: YAML 1.2 has none",
                key.span,
                help="use `extends:` to build on another file, or write the keys out",
            )
            return
        if key.name in mapping.items:
            self._duplicate(key, mapping.items[key.name])
            return
        if mapping.flow and _opens_tuple(value):
            mapping.tuple = _Tuple(key, value.span, [str(value.value)])
        item = self._without_space(key, value) or Item(key.name, key.span, value)
        mapping.items.setdefault(item.key, item)

    def _duplicate(self, key: _Key, first: Item) -> None:
        self._report(
            "duplicate-key",
            f"`{key.name}` stands twice in this mapping",
            key.span,
            help="keep one of the two",
            related=[(first.key_span, "first defined here")],
        )

    def _colon_follows(self, span: Span) -> bool:
        rest = self.source.lines[span.line - 1][span.end_column - 1 :]
        return rest.lstrip().startswith(":")

    def _end_tuple(self, mapping: _Open) -> None:
        written, mapping.tuple = mapping.tuple, None
        if written is not None and len(written.texts) > 1:
            text = ", ".join(written.texts)
            name = written.key.name or ""
            mapping.items[name] = Item(name, written.key.span, error_node(written.span))
            self._report(
                "type",
                f"{name}: `{text}` is no list",
                written.span,
                help=f"write [{text.strip('()')}]",
            )

    def _without_space(self, key: _Key, value: Node) -> Item | None:
        """What `key:value` in braces was meant to be, told; None for what has its space."""
        if not isinstance(value, ScalarNode) or value.value is not None or not key.plain:
            return None
        name, colon, rest = (key.name or "").partition(":")
        if not (name and colon and rest and value.span.column == value.span.end_column):
            return None
        self._report(
            "syntax",
            f"`{key.name}` is one word: the colon has no space behind it",
            key.span,
            help=f"write `{name}: {rest}`",
        )
        return Item(name, key.span, self._plain(rest, key.span))


def _opens_tuple(value: Node) -> TypeGuard[ScalarNode]:
    text = value.value if isinstance(value, ScalarNode) and value.plain else None
    return isinstance(text, str) and text.startswith("(") and ")" not in text


def _shown_tag(tag: str) -> str:
    prefix = "tag:yaml.org,2002:"
    if tag.startswith(prefix):
        return "!!" + tag.removeprefix(prefix)
    return tag if tag.startswith("!") else f"!<{tag}>"
