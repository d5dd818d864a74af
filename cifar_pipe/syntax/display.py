"""How messages show a value, and the message about one that should be a mapping."""

from __future__ import annotations

import re

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_error, text_in


def shown(node: Node) -> str:
    match node:
        case ScalarNode(value=None):
            return "null"
        case ScalarNode(value=bool(value)):
            return "true" if value else "false"
        case ScalarNode(value=str(value)):
            short = value if len(value) <= 40 else value[:39] + "…"
            return f"the string `{short}`"
        case ScalarNode(value=value):
            return f"{value}"
        case SequenceNode(items=items):
            return f"a list of {len(items)}" if items else "an empty list"
        case MappingNode(items=entries):
            return "a mapping" if entries else "an empty mapping"


_KEY_VALUE = re.compile(r"([A-Za-z_]\w*)\s*(?::=|[=-]>|=(?!=)|:)\s*([^\s=].*)")


def as_item(node: Node) -> str | None:
    """Help for `key = value` in place of a mapping."""
    found = _KEY_VALUE.fullmatch(text_in(node) or "")
    return f"write `{found[1]}: {found[2]}`" if found else None


def as_mapping(
    node: Node | None,
    takes: str,
    findings: Findings,
    *,
    span: Span | None = None,
    help: str | None = None,  # noqa: A002
) -> MappingNode | None:
    """The node where it is a mapping, else None: with a finding ("X takes a mapping, not 3") where
    something is written that has none yet.
    """
    if isinstance(node, MappingNode):
        return node
    if node is not None and not is_error(node):
        message = f"{takes}, not {shown(node)}"
        findings.add("not-a-mapping", message, span or node.span, help=help or as_item(node))
    return None
