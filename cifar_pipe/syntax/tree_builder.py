"""Builds nodes from the events of a YAML parser: in one pass, without recursion, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax import scalars
from cifar_pipe.syntax.flow_recovery import (
    Parenthesis,
    Tuple,
    colon_follows,
    joined_item,
    template_in,
    whole_part_before,
)
from cifar_pipe.syntax.limits import Budget
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    error_item,
    error_node,
    text_in,
)
from cifar_pipe.syntax.repairs.outcome import Columns, same_column

# Without its tag such a collection is right.
_KEPT_TAG = re.compile(r"tag:yaml\.org,2002:(?:python/)?(?:map|dict|seq|list|tuple)")
_DOUBTFUL = re.compile(
    r"(?:^|\s)[A-Za-z_]\w*\s*[\uff1a\u2236\ua789]|^[\u2010-\u2015\u2022\u2023\u25aa\u25cf\u25e6\u00b7]\s"
)


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
    plain: bool = False


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    span: Span
    anchor: str | None
    flow: bool
    list_items: list[Node] | None
    items: dict[str, Item] = field(default_factory=dict)
    key: _Key | None = None
    tuple: Tuple | None = None
    parenthesis: Parenthesis | None = None
    size: int = 1
    height: int = 0
    is_known: bool = True

    @property
    def expects_key(self) -> bool:
        return self.list_items is None and self.key is None


class Tree:
    """Takes events in order; `roots` holds the nodes of the documents.

    Where a finding leaves no right value, there is an `error_node`, and a mapping that lacks an
    item for such a reason has an `error_item`. Raises TooLargeError where a limit is passed.
    """

    def __init__(self, source: Source, findings: Findings, columns: Columns = same_column) -> None:
        self.source = source
        self.findings = findings
        self.columns = columns
        self.roots: list[Node] = []
        # The lines of texts that may be mappings or lists, written with look-alikes of `:` and `-`.
        self.doubtful: list[int] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, _Built | None] = {}
        self._budget = Budget("the document")

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
        line, lines = start.line + 1, self.source.lines
        if line > len(lines):
            # The end of the last line, where nothing follows its line break.
            column = len(lines[-1]) + 1 if lines else 1
            return Span(self.source, max(1, len(lines)), column, column)
        column = self.columns(line, start.column + 1)
        end_column = max(column, self.columns(end.line + 1, end.column + 1))
        if end.line != start.line:
            end_column = max(column, len(lines[start.line].rstrip()) + 1)
        return Span(self.source, line, column, end_column)

    def _count(self, values: int, span: Span) -> None:
        if not (self._open and self._open[-1].expects_key):
            self._budget.spend(values, span)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = self.span(event.start_mark, event.end_mark)
        self._count(1, span)
        node = self._quoted(event.value, span) if event.style else self._plain(event.value, span)
        if not event.style and not event.value.isascii() and _DOUBTFUL.search(event.value):
            end: Any = event.end_mark
            self.doubtful.extend(range(span.line, end.line + 2))
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
        except scalars.NotANumberError as error:
            self.findings.add("value", str(error), span, help=error.help)
            return error_node(span)

    def _quoted(self, text: str, span: Span) -> ScalarNode:
        # The Python parser lets "\ud800" through; such text cannot be written anywhere.
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.findings.add("encoding", "half of a surrogate pair is not a character", span)
            return error_node(span)
        return ScalarNode(text, span, plain=False)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        flow = bool(event.flow_style)
        span = self.span(event.start_mark, event.end_mark if flow else event.start_mark)
        self._count(1, span)
        if event.tag is not None:
            self._report_tag(event.tag, span)
        kept = event.tag is None or _KEPT_TAG.fullmatch(event.tag) or not self._open
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_list = isinstance(event, yaml.SequenceStartEvent)
        items: list[Node] | None = [] if is_list else None
        self._open.append(_Open(span, event.anchor, flow, items, is_known=bool(kept)))
        self._budget.check_depth(len(self._open), span)

    def _end(self, event: yaml.MappingEndEvent | yaml.SequenceEndEvent) -> None:
        closed = self._open.pop()
        self._end_tuple(closed)
        if closed.flow:
            closed.span = closed.span.to(self.span(event.start_mark, event.end_mark))
        node: Node = MappingNode(closed.items, closed.span)
        if closed.list_items is not None:
            node = SequenceNode(tuple(closed.list_items), closed.span)
        if not closed.is_known:
            node = error_node(closed.span)
        built = _Built(node, closed.size, closed.height + 1)
        if closed.anchor is not None:
            self._anchors[closed.anchor] = built
        self._attach(built, closed.span, None)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span = self.span(event.start_mark, event.end_mark)
        name = str(event.anchor)
        built = self._anchors.get(name)
        if built is None:
            message, help_ = f"*{name} leads to itself", None
            if name not in self._anchors:
                message = f"*{name} names nothing: there is no &{name} above it"
                help_ = "quote text that begins with *"
            self.findings.add("alias", message, span, help=help_)
            built = _Built(error_node(span), 1, 0)
        self._count(built.size, span)
        self._budget.check_depth(len(self._open) + built.height, span)
        self._attach(built, span, text_in(built.node))

    def _report_tag(self, tag: str, span: Span) -> None:
        prefix = "tag:yaml.org,2002:"
        shown = tag if tag.startswith("!") else f"!<{tag}>"
        if tag.startswith(prefix):
            shown = "!!" + tag.removeprefix(prefix)
        message = f"{shown} is a YAML tag; a pipeline has none"
        self.findings.add("tag", message, span, help="leave it out; quote text that begins with !")

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
            self._add_to_list(around, around.list_items, built.node, text)
        elif around.key is not None:
            self._add_item(around, around.key, built.node)
            around.key = None

    def _add_to_list(self, around: _Open, items: list[Node], node: Node, text: str | None) -> None:
        items.append(node)
        open_ = around.parenthesis
        if open_ is None:
            around.parenthesis = Parenthesis.opened_by(node, text) if around.flow else None
        elif not open_.add(node, text):
            around.parenthesis = None
        elif open_.is_closed:
            del items[-len(open_.nodes) :]
            items.append(open_.joined())
            around.parenthesis = None

    def _key(self, node: Node, span: Span, text: str | None, mapping: _Open) -> _Key:
        if mapping.tuple is not None and not colon_follows(span):
            mapping.tuple.add(text or "", span)
            return _Key(None, span)
        self._end_tuple(mapping)
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            return _Key(None if node.is_error else node.value, span, node.plain)
        self._report_key(node, span, text, mapping)
        return _Key(None, span)

    def _report_key(self, node: Node, span: Span, text: str | None, mapping: _Open) -> None:
        """A key that is not text."""
        code, help_, whole_part = "type", None, whole_part_before(span)
        if (template := template_in(node, span)) is not None:
            message, span = "a template has no place here: a reference is $vars.NAME", template.span
            help_ = f"write {template.reference}"
        elif not isinstance(node, ScalarNode):
            what = "list" if isinstance(node, SequenceNode) else "mapping"
            message, help_ = f"a key has to be text, not a {what}", "quote text with brackets"
        elif not text:
            code, message = "syntax", "a key is missing here"
        elif whole_part is None and mapping.flow and not colon_follows(span):
            code, message = "syntax", f"`{text}` is written without a key"
            help_ = f"write `NAME: {text}`, or [a, b] for a list"
        else:
            if whole_part is not None and mapping.items:
                # The number on the comma's left is only a part of the value.
                name, last = mapping.items.popitem()
                mapping.items[name] = Item(name, last.key_span, error_node(last.value.span))
            message = f"a key has to be text, {text} is {scalars.kind_of(node.value)}"
            help_ = f"write {whole_part}.{text}" if whole_part else f'quote it: "{text}"'
        self.findings.add(code, message, span, help=help_)

    def _add_item(self, mapping: _Open, key: _Key, value: Node) -> None:
        if mapping.tuple is not None:
            if mapping.tuple.is_closed:
                self._end_tuple(mapping)
        elif key.name is None:
            mapping.items[ERROR_KEY] = error_item(key.span)
        elif key.name == "<<" and key.plain:
            mapping.items[ERROR_KEY] = error_item(key.span)
            message = "`<<` is not a merge key: YAML 1.2 has none"
            help_ = "use `extends:` to build on another file, or write the keys out"
            self.findings.add("unknown-key", message, key.span, help=help_)
        elif key.name in mapping.items:
            message = f"`{key.name}` appears twice in this mapping"
            first = [(mapping.items[key.name].key_span, "first defined here")]
            help_ = "keep one of the two"
            self.findings.add("duplicate-key", message, key.span, help=help_, related=first)
        else:
            if mapping.flow:
                mapping.tuple = Tuple.opened_by(key.name, key.span, value)
            item = Item(key.name, key.span, value)
            if key.plain:
                item = joined_item(item, self._plain, self.findings) or item
            mapping.items.setdefault(item.key, item)

    def _end_tuple(self, mapping: _Open) -> None:
        item = mapping.tuple.as_item(self.findings) if mapping.tuple else None
        mapping.tuple = None
        if item is not None:
            mapping.items[item.key] = item
