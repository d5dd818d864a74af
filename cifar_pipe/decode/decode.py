"""Nodes to typed values: each mapping becomes one Pydantic model, each mistake one finding.

Components are looked up by name before Pydantic sees them, so its messages never list branches,
and every error is told at the node it came from.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from cifar_pipe.catalog.core.component import Component, ComponentOf
from cifar_pipe.catalog.core.component_keys import common_keys
from cifar_pipe.catalog.core.entry import KINDS, Entry, Kind
from cifar_pipe.catalog.core.lookup import find, model_for, table_of
from cifar_pipe.catalog.core.types import many
from cifar_pipe.decode.keys import cut_list, keys_of
from cifar_pipe.decode.pydantic_errors import Owner, distinct, report_error
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean, listed
from cifar_pipe.syntax.display import shown
from cifar_pipe.syntax.key_recovery import HOLDERS, absence_reported, corrected
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_error,
    is_incomplete,
    reference_in,
    to_plain,
    walk,
)

M = TypeVar("M", bound=BaseModel)


class _Failed:
    """Stands for a value that has a finding already."""


FAILED: Final = _Failed()


def decode(
    node: Node,
    model: type[M],
    owner: Owner,
    findings: Findings,
    *,
    also_allowed: Iterable[str] = (),
) -> M | None:
    """The model that the mapping declares, or None with at least one finding added.

    `also_allowed` are keys that were taken out of the mapping, for messages that list what it takes.
    """
    if is_error(node):
        return None
    if not isinstance(node, MappingNode):
        findings.add(
            "not-a-mapping",
            f"{owner.name} takes a mapping of its {owner.noun}s, not {shown(node)}",
            node.span,
        )
        return None
    values = _values(node, model, owner, findings, also_allowed=also_allowed)
    return _validated(values, node, model, owner, findings)


def decode_component(node: Node, kind: Kind, findings: Findings) -> Component | None:
    """A `Name`, or a mapping with `type` and arguments, looked up and typed."""
    if isinstance(node, MappingNode):
        node = corrected(node, ("type",), f"{_a(kind)}", findings, known=_arguments(kind))
    entry = _entry(node, kind, findings)
    if entry is None:
        return None
    if isinstance(node, MappingNode):
        written, name_span = node, node.items["type"].value.span
    else:
        written, name_span = MappingNode({}, node.span), node.span
    keys = common_keys(entry)
    common_node = _only(written, keys.model_fields)
    own_node = _without(written, {"type", *keys.model_fields})
    owner = Owner(entry.name, name_span, "argument")
    allowed = list(keys.model_fields)
    common = decode(common_node, keys, owner, findings)
    arguments = _decode_own(own_node, entry, owner, findings, also_allowed=allowed)
    if common is None or arguments is None:
        return None
    given = {key: getattr(common, key) for key in common.model_fields_set}
    return Component(entry, arguments, given, node)


def _decode_own(
    node: MappingNode, entry: Entry, owner: Owner, findings: Findings, *, also_allowed: list[str]
) -> Any:
    model = model_for(entry)
    table = table_of(entry.kind)
    values = _values(
        node,
        model,
        owner,
        findings,
        also_allowed=also_allowed,
        why_not=lambda key: table.why_not(entry.name, key),
    )
    return _validated(values, node, model, owner, findings)


# ---- components -------------------------------------------------------------------------------


def _entry(node: Node, kind: Kind, findings: Findings) -> Entry | None:
    what = _a(kind)
    match node:
        case ScalarNode(is_error=True):
            return None
        case ScalarNode(value=str(name)):
            return _found(name, kind, node.span, findings)
        case MappingNode(items=items) if "type" in items:
            name_node = items["type"].value
            if has_no_value(name_node):
                return None
            if isinstance(name_node, ScalarNode) and isinstance(name_node.value, str):
                return _found(name_node.value, kind, name_node.span, findings)
            findings.add(
                "type", f"type takes the name of {what}, not {shown(name_node)}", name_node.span
            )
            return None
        case MappingNode() if is_incomplete(node):
            return None
        case MappingNode():
            named = next((key for key in node.items if find(kind, key)), None)
            findings.add(
                "component",
                f"{what} as a mapping needs a type",
                node.span,
                help=f"write {{type: {named}, ...}}, its arguments beside the type"
                if named
                else f"write {{type: NAME, ...}} with a name from `cifar-pipe components {kind}`",
            )
            return None
        case _:
            findings.add(
                "component",
                f"{what} is a name or a mapping with a type, not {shown(node)}",
                node.span,
                help=f"`cifar-pipe components {kind}` lists the names",
            )
            return None


def _found(name: str, kind: Kind, span: Span, findings: Findings) -> Entry | None:
    entry = find(kind, name)
    if entry is not None:
        return entry
    table = table_of(kind)
    if name in table.left_out:
        findings.add(
            "left-out",
            f"{name} is not among the {many(kind)}",
            span,
            notes=[f"left out: {table.left_out[name]}"],
        )
        return None
    other = next((k for k in KINDS if k != kind and find(k, name)), None)
    if (called := re.fullmatch(r"(\w+)\((.*)\)", name)) and find(kind, called[1]):
        findings.add(
            "unknown-component",
            f"`{name}` is no name: arguments are keys of a mapping",
            span,
            help=f"write {_as_mapping(called[1], called[2])}",
        )
        return None
    notes = [f"{name} is {_a(other)}"] if other else []
    findings.add(
        "unknown-component",
        f"there is no {kind} `{name}`",
        span,
        notes=notes,
        help=did_you_mean(name, table.entries)
        or f"`cifar-pipe components {kind}` lists the {len(table.entries)} there are",
    )
    return None


def _as_mapping(name: str, arguments: str) -> str:
    """A call of Python's as a mapping: `SGD(lr=0.1)` is {type: SGD, lr: 0.1}."""
    keys = [one.strip().partition("=") for one in arguments.split(",") if one.strip()]
    if not keys:
        return name
    are_named = all(equals and re.fullmatch(r"\w+ *", key) for key, equals, _ in keys)
    written = "".join(f", {key.strip()}: {value.strip()}" for key, _, value in keys)
    return f"{{type: {name}{written if are_named else ', ...'}}}"


def _a(kind: Kind) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


@cache
def _arguments(kind: Kind) -> frozenset[str]:
    """The arguments of all components of the kind."""
    return frozenset(name for entry in table_of(kind).entries.values() for name in entry.args)


def _only(node: MappingNode, keys: Iterable[str]) -> MappingNode:
    return MappingNode({k: v for k, v in node.items.items() if k in {ERROR_KEY, *keys}}, node.span)


def _without(node: MappingNode, keys: Iterable[str]) -> MappingNode:
    return MappingNode({k: v for k, v in node.items.items() if k not in set(keys)}, node.span)


# ---- mappings ---------------------------------------------------------------------------------


def _values(
    node: MappingNode,
    model: type[BaseModel],
    owner: Owner,
    findings: Findings,
    *,
    also_allowed: Iterable[str] = (),
    why_not: Callable[[str], str | None] = lambda _: None,
) -> dict[str, Any]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    values: dict[str, Any] = {}
    cut, rest = cut_list(node, fields)
    if cut is not None:
        values[cut.key] = FAILED
        text = ", ".join([str(to_plain(cut.value)), *rest])
        findings.add(
            "type",
            f"{cut.key} takes a list, and a list is written in brackets",
            cut.span,
            help=f"write {cut.key}: [{text}]",
        )
    for key, item in node.items.items():
        if key == ERROR_KEY or key in rest or item is cut:
            continue
        if key in fields:
            values[key] = _value(item.value, _annotation(fields[key]), findings, name=key)
            continue
        allowed = [*fields, *also_allowed]
        reason = why_not(key)
        holds = (
            key in HOLDERS and owner.noun == "argument" and not isinstance(item.value, ScalarNode)
        )
        beside = "write each argument beside type: {type: NAME, ARGUMENT: VALUE}"
        findings.add(
            "unknown-key",
            f"{owner.name} has no {owner.noun} `{key}`",
            item.key_span,
            notes=[f"left out: {reason}"] if reason else (),
            help=beside
            if holds
            else None
            if reason
            else did_you_mean(key, allowed) or listed(allowed),
            related=_set_elsewhere(owner, item.key_span),
        )
    return values


def _set_elsewhere(owner: Owner, span: Span) -> list[tuple[Span, str]]:
    """Where the component was named, if another file or override says what its arguments are."""
    if owner.noun != "argument" or owner.span.source is span.source or owner.span.origin:
        return []
    return [(owner.span, f"{owner.name} is set here")]


def _annotation(field: FieldInfo) -> Any:
    marks = [mark for mark in field.metadata if isinstance(mark, ComponentOf)]
    return Annotated[field.annotation, marks[0]] if marks else field.annotation


def _value(node: Node, annotation: Any, findings: Findings, *, name: str) -> Any:
    """Plain data, with components and nested models already decoded.

    `name` is what messages call a mapping here. A reference that is still one has its finding already, or waits for the data.
    """
    if has_no_value(node):
        return FAILED
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        mark = next((m for m in annotation.__metadata__ if isinstance(m, ComponentOf)), None)
        if mark is None:
            return _value(node, arguments[0], findings, name=name)
        if _is_null(node):
            return None
        return decode_component(node, mark.kind, findings) or FAILED
    if origin in (Union, types.UnionType):
        return _value(node, _branch(node, arguments), findings, name=name)
    if origin is list and isinstance(node, SequenceNode) and _holds_more(arguments[0]):
        values = [_part(item, arguments[0], findings, name=name) for item in node.items]
        return FAILED if any(value is FAILED for value in values) else values
    if origin is dict and isinstance(node, MappingNode) and _holds_more(arguments[1]):
        pairs = {k: _part(i.value, arguments[1], findings, name=k) for k, i in node.items.items()}
        return FAILED if any(value is FAILED for value in pairs.values()) else pairs
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if isinstance(node, MappingNode):
            owner = Owner(name, node.span)
            return decode(node, annotation, owner, findings) or FAILED
        return to_plain(node)
    return FAILED if any(map(has_no_value, walk(node))) else to_plain(node)


def _part(node: Node, annotation: Any, findings: Findings, *, name: str) -> Any:
    """An item of a list or a mapping, where null is no component."""
    mark = next(
        (m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, ComponentOf)), None
    )
    if mark is not None and _is_null(node):
        findings.add(
            "component",
            f"{_a(mark.kind)} is missing here",
            node.span,
            help="write its name, or take the empty item out",
        )
        return FAILED
    return _value(node, annotation, findings, name=name)


def has_no_value(node: Node) -> bool:
    """Whether there is a finding instead of a value, or a reference that waits for the data."""
    return is_error(node) or reference_in(node) is not None


def _branch(node: Node, branches: tuple[Any, ...]) -> Any:
    """The branch of a union that this kind of node means."""
    more = [branch for branch in branches if _holds_more(branch)]
    if isinstance(node, MappingNode) and "type" not in node.items:
        by_name = next((branch for branch in more if get_origin(_bare(branch)) is dict), None)
        if by_name is not None:
            return by_name
    for branch in more:
        is_list = get_origin(branch) is list
        if isinstance(node, SequenceNode) == is_list:
            return branch
    return Any


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _holds_more(annotation: Any) -> bool:
    """Whether components or models stand somewhere in the annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    if get_origin(annotation) is Annotated and any(
        isinstance(mark, ComponentOf) for mark in annotation.__metadata__
    ):
        return True
    return any(_holds_more(part) for part in get_args(annotation))


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


def _validated(
    values: Mapping[str, Any],
    node: MappingNode,
    model: type[M],
    owner: Owner,
    findings: Findings,
) -> M | None:
    failed = {key for key, value in values.items() if value is FAILED}
    fields = keys_of(model)
    told = failed or set(node.items) - fields
    absent = absence_reported(node, fields)
    # A rule over several keys cannot tell anything of one that has a finding, nor of any where
    # nobody knows what a key is to mean.
    unsure = {*failed, *absent}
    try:
        decoded = model.model_validate({k: v for k, v in values.items() if k not in failed})
    except ValidationError as error:
        for detail in distinct(error.errors(include_url=False), node):
            first = detail["loc"][0] if detail["loc"] else None
            missing = detail["type"] == "missing" and len(detail["loc"]) == 1
            follows = missing and first in absent
            follows |= first is None and (
                "" in absent or any(word in unsure for word in detail["msg"].split())
            )
            if first not in failed and not follows:
                report_error(detail, node, model, owner, findings)
        return None
    return None if told else decoded
