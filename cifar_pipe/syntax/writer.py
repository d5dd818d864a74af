"""Plain data and nodes as YAML that the reader reads back equal, in the style of the examples."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from math import inf
from typing import Any

import yaml

from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax import scalars
from cifar_pipe.syntax.node_edits import from_plain, replace_scalars
from cifar_pipe.syntax.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    reference_in,
    text_in,
)

WIDEST = 100
"""Columns of a line; only a long text goes beyond."""

_TAG = "tag:yaml.org,2002:"
_ONE_LINE = 88
_NOWHERE = Span(Source.of("", ""), 1, 1, 1)
# Compiled when it is used: with so many ranges that takes a while.
_PRINTABLE = "[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*"


class _Dumper(yaml.SafeDumper):
    """Quotes what either YAML 1.1 or 1.2 would read as anything but text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        # Lists are indented below their key.
        super().increase_indent(flow, False)


for _kind, _pattern in (("int", scalars.INT), ("float", scalars.FLOAT)):
    _Dumper.add_implicit_resolver(
        _TAG + _kind, re.compile(f"(?:{_pattern.pattern})$"), list("-+.0123456789")
    )


def to_yaml(data: Any) -> str:
    """Data: a node, or dicts, lists, text, finite numbers of 64 bits, booleans and None.

    References of nodes stay references; a text of plain data that begins with `$` is quoted.
    """
    root = data if isinstance(data, Node) else from_plain(data, _NOWHERE)
    node = _node(root, top=True)
    text: str = yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=WIDEST)
    return text


def pipeline_yaml(data: Any) -> str:
    """Plain data of a whole pipeline; a text that begins with `$` is a reference."""
    return to_yaml(replace_scalars(from_plain(data, _NOWHERE), _as_reference))


def in_one_line(key: str, value: Node, *, longest: int = 72) -> str | None:
    """`key: value` with brackets and braces, or None where it is longer or has several lines."""
    text = f"{key}: {in_line(value)}"
    return text if "\n" not in text and len(text) <= longest else None


def in_line(data: Any) -> str:
    """The data on one line, as it is written within braces; a text that begins with `$` stays plain:
    it is a reference.
    """
    root = data if isinstance(data, Node) else from_plain(data, _NOWHERE)
    node = _node(replace_scalars(root, _as_reference))
    _set_flow(node)
    text: str = yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=inf)
    return text.removesuffix("\n").removesuffix("\n...")


def _as_reference(node: ScalarNode) -> ScalarNode:
    text = text_in(node)
    return replace(node, plain=True) if text and text.startswith("$") else node


def _set_flow(node: yaml.Node) -> None:
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = True
        is_list = isinstance(node, yaml.SequenceNode)
        for part in node.value if is_list else chain.from_iterable(node.value):
            _set_flow(part)


def _node(node: Node, *, top: bool = False) -> yaml.Node:
    match node:
        case MappingNode(items=items):
            pairs = [(_text(key), _node(item.value)) for key, item in items.items()]
            length = sum(_length(key) + _length(value) + 4 for key, value in pairs)
            # On one line where it is short and holds nothing deeper than lists of single values.
            flow = not top and length <= _ONE_LINE and all(_is_leaf(value) for _, value in pairs)
            return yaml.MappingNode(_TAG + "map", pairs, flow_style=flow)
        case SequenceNode(items=nodes):
            parts = [_node(item) for item in nodes]
            length = sum(map(_length, parts)) + 2 * len(parts)
            flow = length <= _ONE_LINE and all(map(_is_single, parts))
            return yaml.SequenceNode(_TAG + "seq", parts, flow_style=flow)
        case ScalarNode(value=value):
            return _scalar(value) if reference_in(node) is None else _plain("str", str(value))


def _scalar(value: Any) -> yaml.ScalarNode:
    match value:
        case None:
            return _plain("null", "null")
        case bool():
            return _plain("bool", "true" if value else "false")
        case int():
            return _plain("int", str(value))
        case float():
            return _plain("float", repr(value))
        case str():
            return _text(value)
    raise TypeError(f"{type(value).__name__} cannot be written as YAML")


def _plain(kind: str, text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(_TAG + kind, text)


def _text(text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text and all(re.fullmatch(_PRINTABLE, line) for line in text.split("\n")):
        style = "|" if _reads_well(text) else '"'
    elif not re.fullmatch(_PRINTABLE, text):
        style = '"'
    elif text.startswith("$"):
        style = "'"
    return yaml.ScalarNode(_TAG + "str", text, style=style)


def _reads_well(text: str) -> bool:
    """As a block: no space that one would not see, nothing that needs an indentation hint."""
    lines = text.split("\n")
    trailing_space = any(line.endswith(" ") for line in lines)
    return not (trailing_space or text.startswith((" ", "\n")) or text.endswith("\n\n"))


def _is_leaf(node: yaml.Node) -> bool:
    return bool(node.flow_style) if isinstance(node, yaml.SequenceNode) else _is_single(node)


def _is_single(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style != "|"


def _length(node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode):
        return len(node.value)
    is_list = isinstance(node, yaml.SequenceNode)
    parts = node.value if is_list else [*chain.from_iterable(node.value)]
    return sum(map(_length, parts)) + 2 * len(parts)
