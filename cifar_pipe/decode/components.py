"""Looks components up: the catalogue's entry for a `Name`, or for a mapping with `type`."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from cifar_pipe.catalog.core.entry import KINDS, Entry, Kind
from cifar_pipe.catalog.core.lookup import find, table_of
from cifar_pipe.catalog.core.types import many
from cifar_pipe.decode.python_calls import component_from, name_of_call
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.syntax.display import shown
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    has_no_value,
    text_in,
    to_plain,
)
from cifar_pipe.syntax.writer import in_line

_PATH = re.compile(r"(?:[./~]|[A-Za-z]:\\).*|[^\s(){}]+/[^(){}]*")


def entry_of(node: Node, kind: Kind, findings: Findings) -> Entry | None:
    """The entry of the component that the node names, or None with a finding.

    Findings: `component`, `unknown-component`, `left-out`, `type`.
    """
    match node:
        case ScalarNode(is_error=True):
            return None
        case ScalarNode(value=str(name)):
            return _named(name, kind, node.span, findings)
        case MappingNode(items=items) if "type" in items:
            name_node = items["type"].value
            if has_no_value(name_node):
                return None
            if (text := text_in(name_node)) is not None:
                return _named(text, kind, name_node.span, findings, beside=True)
            message = f"type takes the name of {a_kind(kind)}, not {shown(name_node)}"
            findings.add("type", message, name_node.span)
        case MappingNode() if ERROR_KEY in node.items:
            pass
        case MappingNode():
            named = next((key for key in node.items if find(kind, key)), None)
            help_ = f"write {{type: NAME, ...}} with a name from `cifar-pipe components {kind}`"
            if named:
                help_ = f"write {{type: {named}, ...}}, its arguments beside the type"
            message = f"{a_kind(kind)} as a mapping needs a type"
            findings.add("component", message, node.span, help=help_)
        case _:
            message = f"{a_kind(kind)} is a name or a mapping with a type, not {shown(node)}"
            help_ = f"`cifar-pipe components {kind}` lists the names"
            if (mapping := _in_brackets(node)) is not None:
                help_ = f"write {in_line(mapping)}"
            findings.add("component", message, node.span, help=help_)
    return None


def _in_brackets(node: Node) -> dict[str, Any] | None:
    """`[type: SGD, lr: 0.1]` as a mapping: YAML takes it for a list of mappings with one key each."""
    items = node.items if isinstance(node, SequenceNode) else ()
    if not all(isinstance(one, MappingNode) and len(one.items) == 1 for one in items):
        return None
    merged = {key: value for one in items for key, value in to_plain(one).items()}
    return merged if "type" in merged else None


def a_kind(kind: Kind) -> str:
    """The kind with its article: an optimizer."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


@cache
def arguments_of_kind(kind: Kind) -> frozenset[str]:
    return frozenset(name for entry in table_of(kind).entries.values() for name in entry.args)


def _named(
    name: str, kind: Kind, span: Span, findings: Findings, *, beside: bool = False
) -> Entry | None:
    """`beside` says that arguments are written beside the name, in a mapping."""
    entry = find(kind, name)
    if entry is not None:
        return entry
    table = table_of(kind)
    if name in table.left_out:
        notes = [f"left out: {table.left_out[name]}"]
        findings.add("left-out", f"{name} is not among the {many(kind)}", span, notes=notes)
    elif (meant := component_from(name, kind)) is not None:
        _report_code(name, meant, span, findings, beside=beside)
    elif (called := name_of_call(name)) and find(kind, called):
        message = f"`{name}` is not a name: arguments are keys of a mapping"
        help_ = f"write {{type: {called}, ...}}"
        findings.add("unknown-component", message, span, help=help_)
    elif kind == "dataset" and _PATH.fullmatch(name):
        message = f"`{name}` is a path, and a dataset is a name with its arguments"
        help_ = f"write {in_line({'type': 'ImageFolder', 'root': name})}"
        findings.add("unknown-component", message, span, help=help_)
    else:
        notes = [f"{name} is {a_kind(one)}" for one in KINDS if one != kind and find(one, name)]
        all_ = f"`cifar-pipe components {kind}` lists the {len(table.entries)} there are"
        help_ = did_you_mean(called or name, table.entries) or all_
        message = f"there is no {kind} `{name}`"
        findings.add("unknown-component", message, span, notes=notes[:1], help=help_)
    return None


def _report_code(name: str, meant: Any, span: Span, findings: Findings, *, beside: bool) -> None:
    """A component as Python calls it; `meant` is what it is in a pipeline."""
    message = f"`{name}` is Python, and a component is a name, or a mapping with its arguments"
    help_ = f"write {in_line(meant)}"
    if beside and isinstance(meant, dict):
        help_ = f"write its arguments beside the type: {in_line(meant)}"
    findings.add("unknown-component", message, span, help=help_)
