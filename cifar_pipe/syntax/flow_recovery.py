"""Mistakes in braces that YAML takes for keys: tuples, missing spaces, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.node_edits import is_left_out
from cifar_pipe.syntax.nodes import Item, MappingNode, Node, ScalarNode, error_node, text_in


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")


@dataclass(slots=True)
class Parenthesis:
    """Text in a list in braces, as `Normalize(1, 2)`, which YAML splits at the commas.

    `nodes` are its parts so far and `texts` what is written there.
    """

    nodes: list[Node]
    texts: list[str]

    @classmethod
    def opened_by(cls, value: Node, text: str | None) -> Parenthesis | None:
        """The parenthesis whose first part the value is, if it opens one."""
        is_plain = isinstance(value, ScalarNode) and value.plain
        return cls([value], [text]) if text and is_plain and _is_open(text) else None

    def add(self, value: Node, text: str | None) -> bool:
        """Whether the value is a part of it."""
        if text is None or not isinstance(value, ScalarNode) or not value.plain:
            return False
        self.nodes.append(value)
        self.texts.append(text)
        return True

    @property
    def is_closed(self) -> bool:
        return not _is_open(", ".join(self.texts))

    def joined(self) -> Node:
        return ScalarNode(", ".join(self.texts), self.nodes[0].span.to(self.nodes[-1].span))


@dataclass(slots=True)
class Tuple:
    """`name: (1, 2)` in braces, or `name: SGD(lr=1, momentum=0)`, which YAML splits at the commas;
    `texts` are its parts so far.
    """

    name: str
    key_span: Span
    span: Span
    texts: list[str]

    @classmethod
    def opened_by(cls, name: str, key_span: Span, value: Node) -> Tuple | None:
        """The tuple whose first part the value is, if it opens one."""
        text = text_in(value) if isinstance(value, ScalarNode) and value.plain else None
        return (
            None if text is None or not _is_open(text) else cls(name, key_span, value.span, [text])
        )

    @property
    def is_closed(self) -> bool:
        return not _is_open(", ".join(self.texts))

    def add(self, text: str, span: Span) -> None:
        self.texts.append(text)
        self.span = self.span.to(span)

    def as_item(self, findings: Findings) -> Item | None:
        """What replaces the tuple, with its finding; None where it is a single value."""
        if len(self.texts) == 1:
            return None
        text = ", ".join(self.texts)
        if not text.startswith("("):
            return Item(self.name, self.key_span, ScalarNode(text, self.span))
        message = f"{self.name}: `{text}` is not a list"
        findings.add("type", message, self.span, help=f"write [{text.strip('()')}]")
        return Item(self.name, self.key_span, error_node(self.span))


_JOINED = re.compile(r"([^\s:=]+)\s*(:=|=>|->|=(?!=)|:)\s*(\S.*)")


def joined_item(
    item: Item, to_node: Callable[[str, Span], Node], findings: Findings
) -> Item | None:
    """The item `key: value` for one whose key was written `key:value` or `key=value`, with its
    finding.

    None where the key has its space. `to_node` reads the value's text.
    """
    found = _JOINED.fullmatch(item.key) if is_left_out(item.value) else None
    if found is None:
        return None
    name, sign, text = found.groups()
    message = f"`{item.key}` has no colon between key and value"
    if sign == ":":
        message = f"`{item.key}` is one word: the colon has no space after it"
    findings.add("syntax", message, item.key_span, help=f"write `{name}: {text}`")
    return Item(name, item.key_span, to_node(text, item.key_span))


class Template(NamedTuple):
    """`{{ name }}` of a template language; `reference` is what it is here."""

    span: Span
    reference: str


def template_in(node: Node, span: Span) -> Template | None:
    """The template that a mapping as a key is, if it is one."""
    match node:
        case MappingNode(items=items) if len(items) == 1 and span.column > 1:
            (item,) = items.values()
            line = span.source.lines[span.line - 1]
            outer = re.match(r"\s*\}", line[span.end_column - 1 :])
            name = re.fullmatch(r"(?:(vars|data)\.)?(\w+)", item.key)
            start = len(line[: span.column - 1].rstrip())
            if is_left_out(item.value) and outer and name and line[start - 1 : start] == "{":
                place = replace(span, column=start, end_column=span.end_column + outer.end())
                return Template(place, f"${name[1] or 'vars'}.{name[2]}")
    return None


def whole_part_before(span: Span) -> str | None:
    """The whole number just before `,KEY`: a decimal comma, most likely."""
    before = span.source.lines[span.line - 1][: span.column - 1]
    found = re.search(r"(?<![\w.])[+-]?\d+(?=,$)", before)
    return found[0] if found else None


def colon_follows(span: Span) -> bool:
    rest = span.source.lines[span.line - 1][span.end_column - 1 :]
    return rest.lstrip().startswith(":")
