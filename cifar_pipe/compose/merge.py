"""How a file is laid over the one that it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.syntax.node_edits import ID_MAPS, as_component, is_null
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    error_item,
    error_node,
    is_error,
    reference_in,
)

_SINGULAR = {"stages": "stage", "vars": "variable", "blocks": "block"}


def nothing(span: Span) -> MappingNode:
    """What a file without `extends` is laid over."""
    return MappingNode({}, span)


def not_known(span: Span) -> MappingNode:
    """What a file is laid over whose `extends`, at the span, has a finding."""
    return MappingNode({ERROR_KEY: error_item(span)}, span)


def merge(
    base: MappingNode, over: MappingNode, findings: Findings, *, pending: bool = False
) -> MappingNode:
    """The pipeline `over` laid over the pipeline `base`; keys keep the base's order, new ones last.

    Mappings merge by key; lists, single values and mappings with a `type` replace. null removes
    an entry of the id-keyed maps, and `findings.removed` remembers it; where there is none to
    remove, that is told, or with `pending` left to the file that this one is laid over.
    """
    items = dict(base.items)
    for key, item in over.items.items():
        below = items.get(key) or items.get(ERROR_KEY)
        value = (
            _merged_ids(base, item, findings, pending=pending)
            if key in ID_MAPS
            else _laid_over(below.value if below else None, item.value)
        )
        items[key] = Item(key, item.key_span, value)
    return MappingNode(items, over.span)


def _merged_ids(base: MappingNode, over: Item, findings: Findings, *, pending: bool) -> Node:
    """The maps merge whatever their keys are: here `type` is an id like others."""
    if not isinstance(over.value, MappingNode):
        return over.value
    below_it = base.items.get(over.key) or base.items.get(ERROR_KEY)
    mapping = _mapping(below_it.value) if below_it is not None else None
    under = mapping.items if mapping is not None else {}
    items = dict(under)
    for key, item in over.value.items.items():
        if not is_null(item.value):
            below = items.get(key) or items.get(ERROR_KEY)
            items[key] = Item(
                key, item.key_span, _laid_over(below.value if below else None, item.value)
            )
        elif key in items:
            del items[key]
            findings.removed[over.key, key] = item.span
        elif pending:
            items[key] = item
        elif ERROR_KEY not in items:
            _nothing_to_remove(over.key, item, under, findings, extends=bool(base.items))
            # What it would give is not told as missing as well.
            items[key] = Item(key, item.key_span, error_node(item.value.span))
    return MappingNode(items, over.value.span)


def _mapping(node: Node) -> MappingNode | None:
    if is_error(node):
        return not_known(node.span)
    return node if isinstance(node, MappingNode) else None


def _laid_over(base: Node | None, over: Node) -> Node:
    if not isinstance(over, MappingNode) or "type" in over.items or base is None:
        return over
    under = _mapping(base) or as_component(base)
    if under is None and reference_in(base):
        way = (base.span, "this reference is replaced: nothing is laid over what it stands for")
        return MappingNode(over.items, replace(over.span, origin=way))
    if under is None:
        return over
    items = dict(under.items)
    for key, item in over.items.items():
        below = items.get(key) or items.get(ERROR_KEY)
        items[key] = Item(
            key, item.key_span, _laid_over(below.value if below else None, item.value)
        )
    return MappingNode(items, over.span)


def _nothing_to_remove(
    map_name: str,
    item: Item,
    under: Mapping[str, Item],
    findings: Findings,
    *,
    extends: bool,
) -> None:
    what = _SINGULAR[map_name]
    near = nearest(item.key, under)
    findings.add(
        "type",
        f"null removes a {what} of the file that this one extends, and it has no `{item.key}`"
        if extends
        else f"{item.key} is an empty {what}",
        item.span,
        help=f"did you mean `{near}`?" if near else f"write {_FILLED[what].format(item.key)}",
    )


_FILLED = {
    "stage": "`{}: {{}}` for a stage without settings",
    "variable": "a value behind `{}:`",
    "block": "`{}: {{layers: [...]}}`",
}
