"""Nodes to typed values: each mapping becomes one Pydantic model, each mistake one finding.

Components are looked up by name before Pydantic sees them, so its messages never list branches,
and every error is reported at the node it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from cifar_pipe.catalog.core.annotations import (
    bare,
    branch_for,
    branches,
    holds_components,
    is_model,
    kind_of,
    type_of,
)
from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Kind
from cifar_pipe.catalog.core.lookup import common_keys, model_for, table_of, without_any
from cifar_pipe.decode.components import (
    a_kind,
    arguments_of_kind,
    entry_of,
    report_holder,
    report_list_in_list,
)
from cifar_pipe.decode.pydantic_errors import Owner, broken_rule, distinct, report_error
from cifar_pipe.decode.site import NOWHERE, Site, words_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.display import as_mapping
from cifar_pipe.syntax.key_recovery import HOLDERS, corrected, report_unknown_key, reported_missing
from cifar_pipe.syntax.node_edits import is_left_out, is_null, only, without
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    has_no_value,
    text_in,
    to_plain,
    walk,
)

M = TypeVar("M", bound=BaseModel)

FAILED: Final = object()
"""Instead of a value that has a finding already."""


@cache
def keys_of(model: type[BaseModel]) -> frozenset[str]:
    """The keys that the model takes, as they are written."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def decode(
    node: Node,
    model: type[M],
    owner: Owner,
    findings: Findings,
    *,
    also_allowed: Iterable[str] = (),
    why_not: Callable[[str], str | None] = lambda _: None,
) -> M | None:
    """The model that the mapping declares, or None with at least one finding added.

    `also_allowed` are keys that were taken out of the mapping, for messages that list what it
    takes; `why_not` gives the reason why a key is left out.
    """
    written = as_mapping(node, f"{owner.name} takes a mapping of its {owner.noun}s", findings)
    if written is None:
        return None
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    values: dict[str, Any] = {}
    placed: list[str] = []
    cut, rest = _cut_list(written, fields)
    if cut is not None:
        values[cut.key] = FAILED
        text = ", ".join([str(to_plain(cut.value)), *rest])
        message = f"{cut.key} takes a list, and a list is written in brackets"
        findings.add("type", message, cut.span, help=f"write {cut.key}: [{text}]")
    for key, item in written.items.items():
        if key == ERROR_KEY or key in rest or item is cut:
            continue
        if key in fields:
            site = owner.site.below(key)
            values[key] = _value(item.value, type_of(fields[key]), findings, name=key, site=site)
        else:
            allowed = [*fields, *also_allowed]
            if _report_unknown_key(item, owner, allowed, why_not(key), findings):
                placed.append(key)
    return _validated(values, written, model, owner, findings, placed=placed)


def decode_component(
    node: Node, kind: Kind, findings: Findings, site: Site = NOWHERE
) -> Component | None:
    """A `Name`, or a mapping with `type` and arguments, looked up and typed."""
    if isinstance(node, MappingNode) and "type" not in node.items:
        node = corrected(node, ("type",), a_kind(kind), findings, known=arguments_of_kind(kind))
    entry = entry_of(node, kind, findings)
    if entry is None:
        return None
    written = node if isinstance(node, MappingNode) else MappingNode({}, node.span)
    span = (written.get("type") or node).span
    owner = Owner(entry.name, span, "argument", replace(site, component=entry))
    keys = common_keys(entry)
    beside = only(written, ERROR_KEY, *keys.model_fields)
    # What is not written needs no validator, which takes longer to build than all else here.
    common = decode(beside, keys, owner, findings) if beside.items else keys.model_construct()
    given = without(written, "type", *keys.model_fields)
    arguments = None if given.items else without_any(entry)
    arguments = arguments or decode(
        given,
        model_for(entry),
        owner,
        findings,
        also_allowed=list(keys.model_fields),
        why_not=lambda key: table_of(kind).why_not(entry.name, key),
    )
    if common is None or arguments is None:
        return None
    own = {key: getattr(common, key) for key in common.model_fields_set}
    return Component(entry, arguments, own, node)


def _cut_list(
    node: MappingNode, fields: Mapping[str, FieldInfo]
) -> tuple[Item | None, Collection[str]]:
    """`a: b, c, d` in braces: YAML takes c and d for keys without a value. The item and these."""
    last: Item | None = None
    rest: list[str] = []
    for key, item in node.items.items():
        if last and key not in fields and is_left_out(item.value):
            rest.append(key)
        elif rest:
            break
        else:
            takes = fields[key].annotation if key in fields else None
            takes_list = any(get_origin(one) is list for one in (takes, *get_args(takes)))
            last = item if takes_list and text_in(item.value) is not None else None
    return (last, rest) if rest else (None, ())


def _report_unknown_key(
    item: Item, owner: Owner, allowed: list[str], reason: str | None, findings: Findings
) -> bool:
    """Whether the key belongs elsewhere, and stands for none of those that are allowed."""
    of_component = owner.noun == "argument"
    more: dict[str, Any] = {"notes": [f"left out: {reason}"], "help": None} if reason else {}
    if item.key in HOLDERS and of_component and not isinstance(item.value, ScalarNode):
        more["help"] = "write each argument beside type: {type: NAME, ARGUMENT: VALUE}"
    advice = None if more else owner.site.adviser.advise(item, owner.site, allowed)
    more |= words_of(advice)
    is_elsewhere = owner.span.source is not item.key_span.source and not owner.span.origin
    if of_component and is_elsewhere:
        # Another file or override names the component than this one, which sets its arguments.
        more["related"] = [(owner.span, f"{owner.name} is set here")]
    report_unknown_key(f"{owner.name} has no {owner.noun}", item, allowed, findings, **more)
    return advice is not None and advice.is_elsewhere


def _value(node: Node, annotation: Any, findings: Findings, *, name: str, site: Site) -> Any:
    """Plain data, with components and nested models already decoded.

    `name` is what messages call a mapping here. A value that is still a reference has a finding, or
    waits for the data.
    """
    if has_no_value(node):
        return FAILED
    if kind := kind_of(annotation):
        return None if is_null(node) else decode_component(node, kind, findings, site) or FAILED
    annotation = bare(annotation)
    choices = branches(annotation) or (annotation,)
    listed = next((kind for one in choices if (kind := _kind_of_items(one))), None)
    if listed and isinstance(node, MappingNode) and report_holder(node, name, listed, findings):
        return FAILED
    if choices := branches(annotation):
        is_mapping = isinstance(node, MappingNode) and "type" not in node.items
        is_list = isinstance(node, SequenceNode)
        branch = branch_for(choices, is_list=is_list, is_mapping=is_mapping)
        return _value(node, branch, findings, name=name, site=site)
    if is_model(annotation):
        if not isinstance(node, MappingNode):
            return to_plain(node)
        owner = Owner(name, node.span, site=site)
        return decode(node, annotation, owner, findings) or FAILED
    inner = get_args(annotation)[-1:]
    if inner and holds_components(inner[0]):
        match get_origin(annotation), node:
            case origin, SequenceNode(items=items) if origin is list:
                values = [_part(item, inner[0], findings, name=name, site=site) for item in items]
                return FAILED if FAILED in values else values
            case origin, MappingNode(items=items) if origin is dict:
                named = {
                    k: _part(i.value, inner[0], findings, name=k, site=site)
                    for k, i in items.items()
                }
                return FAILED if FAILED in named.values() else named
    return FAILED if any(map(has_no_value, walk(node))) else to_plain(node)


def _kind_of_items(annotation: Any) -> Kind | None:
    """The kind of the components that the type is a list of, if it is one."""
    listed = bare(annotation)
    return kind_of(get_args(listed)[0]) if get_origin(listed) is list else None


def _part(node: Node, annotation: Any, findings: Findings, *, name: str, site: Site) -> Any:
    """An item of a list or a mapping, where null is not a component."""
    kind = kind_of(annotation)
    if kind and isinstance(node, MappingNode) and report_list_in_list(node, kind, findings):
        return FAILED
    if kind is None or not is_null(node):
        return _value(node, annotation, findings, name=name, site=site)
    help_ = "write its name, or take the empty item out"
    findings.add("component", f"{a_kind(kind)} is missing here", node.span, help=help_)
    return FAILED


def _validated(
    values: Mapping[str, Any],
    node: MappingNode,
    model: type[M],
    owner: Owner,
    findings: Findings,
    *,
    placed: Collection[str],
) -> M | None:
    """`placed` are keys that belong elsewhere: they stand for none that is missing here."""
    failed = {key for key, value in values.items() if value is FAILED}
    fields = keys_of(model)
    missing = reported_missing(without(node, *placed), fields)
    try:
        decoded = model.model_validate({k: v for k, v in values.items() if k not in failed})
    except ValidationError as error:
        for detail in distinct(error.errors(include_url=False), node):
            if not _follows(detail, failed, missing):
                report_error(detail, node, model, owner, findings)
        return None
    return None if failed or set(node.items) - fields else decoded


def _follows(detail: ErrorDetails, failed: set[str], missing: Collection[str]) -> bool:
    """Whether the error only follows from one that is reported already.

    A rule over several keys says nothing about one that has a finding, nor about any where nobody
    knows what a key is to mean.
    """
    if not detail["loc"]:
        broken = broken_rule(detail)
        return "" in missing or bool(broken and {*failed, *missing}.intersection(broken.keys))
    first = str(detail["loc"][0])
    is_missing = detail["type"] == "missing" and len(detail["loc"]) == 1
    return first in failed or (is_missing and first in missing)
