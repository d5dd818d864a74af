"""Looks components up: the catalogue's entry for a `Name`, or for a mapping with `type`."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic import ValidationError

from cifar_pipe.catalog.core.entry import KINDS, Entry, Kind, Table
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import find, model_for, names_of, plugin_of, table_of
from cifar_pipe.catalog.core.types import many
from cifar_pipe.decode.python_calls import component_from, name_of_call
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import allowed_are, habit, meant, nearest, same_word
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
from cifar_pipe.syntax.writer import in_line, in_one_line

HOLDERS = ("Compose", "Sequential")
"""What holds a list of components in PyTorch's code."""
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
            if written := _with_value(node, kind):
                help_ = f"write {in_line(written)}"
            elif named:
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


def report_holder(node: MappingNode, name: str, kind: Kind, findings: Findings) -> bool:
    """Whether the mapping is written where a list of components belongs, and is reported as such.

    It is one component, which may be written as `{Name: ...}`, or holds the list as Compose does.
    """
    entries = table_of(kind).entries
    type_ = text_in(node.get("type")) if "type" in node.items else None
    named = next((key for key in node.items if key in entries or key in HOLDERS), None)
    if "type" not in node.items and named is None:
        return False
    message = f"{name} takes a list of {many(kind)}, not a mapping"
    lists = [item for item in node.items.values() if isinstance(item.value, SequenceNode)]
    if type_ in entries:
        written = in_one_line(name, SequenceNode((node,), node.span))
        help_ = f"write {written}" if written else "write it as an item of a list, after a dash"
    elif lists:
        written = in_one_line(name, lists[0].value)
        help_ = f"write {written}" if written else f"write the list itself, below {name}:"
    else:
        help_ = f"write {name}: [{{type: {named or 'NAME'}, ...}}]"
    span = node.items["type"].span if "type" in node.items else node.span
    findings.add("type", message, span, help=help_)
    return True


def report_list_in_list(node: MappingNode, kind: Kind, findings: Findings) -> bool:
    """Whether the item of a list of components only holds another list, and is reported as such."""
    name = text_in(node.get("type")) or ""
    if name.rpartition(".")[2] not in HOLDERS or find(kind, name):
        return False
    message = f"{name} holds a list of {many(kind)}, and is written in one already"
    help_ = f"write its {many(kind)} here, each as an item of this list"
    findings.add("component", message, node.items["type"].value.span, help=help_)
    return True


def _with_value(node: MappingNode, kind: Kind) -> dict[str, Any] | None:
    """`{top_k: 5}` as the component of that name, or of another tool's, with its only argument."""
    items = [*node.items.items()]
    if len(items) != 1 or not isinstance(items[0][1].value, ScalarNode):
        return None
    key, item = items[0]
    names = names_of(kind)
    name = key if find(kind, key) else same_word(key, names) or habit(key, names)
    entry = find(kind, name) if name else None
    if entry is None:
        return None
    arguments = [*(entry.to_be_filled(()) or entry.args)]
    given = {arguments[0]: to_plain(item.value)} if len(arguments) == 1 else {}
    try:
        model_for(entry).model_validate(given)
    except ValidationError:
        return None
    return {"type": name, **given} if given else None


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
    if (added := plugin_of(kind, name)) and added.problem:
        message = f"{name} is of the package {added.package}, which cannot be used"
        notes, help_ = [added.problem], "install it anew, or tell its authors"
        findings.add("unknown-component", message, span, notes=notes, help=help_)
        return None
    left_out = _left_out(name, table)
    if left_out:
        notes = [f"left out: {table.left_out[left_out]}"]
        findings.add("left-out", f"{name} is not among the {many(kind)}", span, notes=notes)
    elif (component := component_from(name, kind)) is not None:
        _report_code(name, component, span, findings, beside=beside)
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
        if (near := nearest(called or name, names_of(kind))) and kind == "layer":
            notes += _for_vectors(near, table)
        help_ = (
            _meant_with_arguments(called or name, table, beside=beside)
            or _meant_of_another_kind(name, kind)
            or allowed_are(names_of(kind))
            or f"`cifar-pipe components {kind}` lists the {len(names_of(kind))} there are"
        )
        message = f"there is no {kind} `{name}`"
        findings.add("unknown-component", message, span, notes=notes[:1], help=help_)
    return None


def _meant_with_arguments(name: str, table: Table, *, beside: bool) -> str | None:
    """The nearest name; in place of a bare one, with the arguments that it needs."""
    near = nearest(name, names_of(table.kind))
    entry = find(table.kind, near) if near else None
    needed = entry.to_be_filled(()) if entry and not beside else {}
    return (
        f"did you mean {in_line({'type': near, **needed})}?"
        if needed
        else meant(name, [near] if near else [])
    )


def _meant_of_another_kind(name: str, kind: Kind) -> str | None:
    """What the name is elsewhere: Keras has layers that are transforms here."""
    for one in KINDS:
        found = habit(name, table_of(one).entries) if one != kind else None
        if found:
            return f"did you mean the {one} `{found}`?"
    return None


def _for_vectors(name: str, table: Table) -> list[str]:
    """That the layer for images has a sister for what Flatten gives."""
    sister = table.entries.get(f"{name.removesuffix('2d')}1d")
    if sister is None or 2 not in (layer_facts(sister).dimensions or ()):
        return []
    return [f"{name} is for images, {sister.name} for what Flatten gives"]


def _left_out(name: str, table: Table) -> str | None:
    """The name as it is left out: it may be written with its module, or in lower case."""
    last = name.rpartition(".")[2]
    if name in table.left_out or same_word(last, table.entries):
        return name if name in table.left_out else None
    return same_word(last, table.left_out)


def _report_code(
    name: str, component: Any, span: Span, findings: Findings, *, beside: bool
) -> None:
    """A component as Python calls it; `component` is what it is in a pipeline."""
    message = f"`{name}` is Python, and a component is a name, or a mapping with its arguments"
    help_ = f"write {in_line(component)}"
    if beside and isinstance(component, dict):
        help_ = f"write its arguments beside the type: {in_line(component)}"
    findings.add("unknown-component", message, span, help=help_)
