"""Mistakes in braces that YAML takes for keys: tuples, missing spaces, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.node_edits import is_left_out
from cifar_pipe.syntax.nodes import Item, Node, ScalarNode, error_node, text_in


@dataclass(slots=True)
class Tuple:
    """`name: (1, 2)` in braces, which YAML splits at the commas; `texts` are its parts so far."""

    name: str
    key_span: Span
    span: Span
    texts: list[str]

    @classmethod
    def opened_by(cls, name: str, key_span: Span, value: Node) -> Tuple | None:
        """The tuple whose first part the value is, if it opens one."""
        text = text_in(value) if isinstance(value, ScalarNode) and value.plain else None
        if text is None or not text.startswith("(") or ")" in text:
            return None
        return cls(name, key_span, value.span, [text])

    @property
    def is_closed(self) -> bool:
        return self.texts[-1].endswith(")")

    def add(self, text: str, span: Span) -> None:
        self.texts.append(text)
        self.span = self.span.to(span)

    def as_item(self, findings: Findings) -> Item | None:
        """What replaces the tuple, with its finding; None where it is a single value."""
        if len(self.texts) == 1:
            return None
        text = ", ".join(self.texts)
        message = f"{self.name}: `{text}` is not a list"
        findings.add("type", message, self.span, help=f"write [{text.strip('()')}]")
        return Item(self.name, self.key_span, error_node(self.span))


def joined_item(
    item: Item, to_node: Callable[[str, Span], Node], findings: Findings
) -> Item | None:
    """The item `key: value` for one whose key was written `key:value`, with its finding.

    None where the key has its space. `to_node` reads the value's text.
    """
    name, _, text = item.key.partition(":")
    if not (name and text and is_left_out(item.value)):
        return None
    message = f"`{item.key}` is one word: the colon has no space after it"
    findings.add("syntax", message, item.key_span, help=f"write `{name}: {text}`")
    return Item(name, item.key_span, to_node(text, item.key_span))


def whole_part_before(span: Span) -> str | None:
    """The whole number just before `,KEY`: a decimal comma, most likely."""
    before = span.source.lines[span.line - 1][: span.column - 1]
    found = re.search(r"(?<![\w.])[+-]?\d+(?=,$)", before)
    return found[0] if found else None


def colon_follows(span: Span) -> bool:
    rest = span.source.lines[span.line - 1][span.end_column - 1 :]
    return rest.lstrip().startswith(":")
