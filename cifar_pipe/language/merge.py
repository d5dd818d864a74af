"""How a file is laid over the one that it extends."""

from __future__ import annotations

from cifar_pipe.language.findings import Findings
from cifar_pipe.language.nodes import Item, MappingNode, Node, Span
from cifar_pipe.language.suggest import did_you_mean
from cifar_pipe.language.trees import ID_MAPS, as_component, is_null

_SINGULAR = {"stages": "stage", "vars": "var", "blocks": "block"}


def nothing(span: Span) -> MappingNode:
    """What a file without `extends` is laid over."""
    return MappingNode({}, span)


def merge(base: MappingNode, over: MappingNode, findings: Findings) -> MappingNode:
    """The pipeline `over` laid over the pipeline `base`; keys keep the base's order, new ones last.

    Mappings merge by key; lists, single values and mappings with a `type` replace. null removes
    an entry of the id-keyed maps; where there is none to remove, that is told.
    """
    items = dict(base.items)
    for key, item in over.items.items():
        value = (
            _merged_ids(items.get(key), item, findings)
            if key in ID_MAPS
            else _laid_over(items[key].value if key in items else None, item.value)
        )
        items[key] = Item(key, item.key_span, value)
    return MappingNode(items, over.span)


def _merged_ids(base: Item | None, over: Item, findings: Findings) -> Node:
    """The maps merge whatever their keys are: here `type` is an id like others."""
    if not isinstance(over.value, MappingNode):
        return over.value
    under = base.value if base is not None and isinstance(base.value, MappingNode) else None
    items = dict(under.items) if under is not None else {}
    for key, item in over.value.items.items():
        if not is_null(item.value):
            below = items[key].value if key in items else None
            items[key] = Item(key, item.key_span, _laid_over(below, item.value))
        elif items.pop(key, None) is None:
            _nothing_to_remove(over.key, item, list(items), findings)
    return MappingNode(items, over.value.span)


def _laid_over(base: Node | None, over: Node) -> Node:
    if not isinstance(over, MappingNode) or "type" in over.items or base is None:
        return over
    under = base if isinstance(base, MappingNode) else as_component(base)
    if under is None:
        return over
    items = dict(under.items)
    for key, item in over.items.items():
        below = items[key].value if key in items else None
        items[key] = Item(key, item.key_span, _laid_over(below, item.value))
    return MappingNode(items, over.span)


def _nothing_to_remove(map_name: str, item: Item, names: list[str], findings: Findings) -> None:
    what = _SINGULAR[map_name]
    empty = "write `" + item.key + ": {}` for a stage without settings"
    findings.add(
        "type",
        f"null removes a {what} of the file that this one extends, and it has no `{item.key}`",
        item.span,
        help=did_you_mean(item.key, names) if names else empty if what == "stage" else None,
    )
