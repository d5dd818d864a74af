"""How a file is laid over the one that it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import meant
from cifar_pipe.frozen import frozen
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

# What an entry of each map is called, and how one without settings is written.
_ENTRIES = {
    "stages": ("stage", "`{}: {{}}` for a stage without settings"),
    "vars": ("variable", "a value after `{}:`"),
    "blocks": ("block", "`{}: {{layers: [...]}}`"),
}


def unknown(span: Span) -> MappingNode:
    """What a file is laid over whose `extends`, at the span, has a finding."""
    return MappingNode({ERROR_KEY: error_item(span)}, span)


@frozen
class Merger:
    findings: Findings
    removals: Removals

    def merge(self, base: MappingNode, over: MappingNode, *, pending: bool = False) -> MappingNode:
        """The pipeline `over` laid over the pipeline `base`; keys keep the base's order.

        New keys come last. Mappings merge by key; lists, single values and mappings with a `type`
        replace. null removes an entry of the id-keyed maps, and `removals` remembers it; where
        there is none to remove, that is reported, or with `pending` left to the file that this one
        is laid over.
        """
        items = dict(base.items)
        for key, item in over.items.items():
            if key in ID_MAPS and isinstance(item.value, MappingNode):
                items[key] = self._merged_ids(base, item, item.value, pending=pending)
            else:
                items[key] = item if key in ID_MAPS else _over_item(items, item)
        return MappingNode(items, over.span)

    def _merged_ids(
        self, base: MappingNode, over: Item, entries: MappingNode, *, pending: bool
    ) -> Item:
        """The maps merge whatever their keys are: here `type` is an id like others."""
        mapping = _mapping(_below(base.items, over.key))
        under = mapping.items if mapping is not None else {}
        items = dict(under)
        for key, item in entries.items.items():
            if not is_null(item.value):
                items[key] = _over_item(items, item)
            elif key in items:
                del items[key]
                self.removals[over.key, key] = item.span
            elif pending or (over.key == "stages" and not base.items):
                # Another file may have it, or it is an empty stage, which is reported when its type
                # is known.
                items[key] = item
            elif ERROR_KEY not in items:
                what, filled = _ENTRIES[over.key]
                message = f"{key} is an empty {what}"
                if base.items:
                    message = (
                        f"null removes a {what} of the file that this one extends, and it has no "
                        f"`{key}`"
                    )
                help_ = meant(key, under) or f"write {filled.format(key)}"
                self.findings.add("type", message, item.span, help=help_)
                # Its outputs are not reported as missing as well.
                items[key] = Item(key, item.key_span, error_node(item.value.span))
        return Item(over.key, over.key_span, MappingNode(items, entries.span))


def _over_item(items: Mapping[str, Item], over: Item) -> Item:
    """The item laid over the one of its key, if there is one."""
    return Item(over.key, over.key_span, _laid_over(_below(items, over.key), over.value))


def _laid_over(base: Node | None, over: Node) -> Node:
    if not isinstance(over, MappingNode) or "type" in over.items or base is None:
        return over
    under = _mapping(base) or as_component(base)
    if under is None and reference_in(base):
        origin = (base.span, "this reference is replaced: nothing is laid over its value")
        return MappingNode(over.items, replace(over.span, origin=origin))
    if under is None:
        return over
    items = dict(under.items)
    for key, item in over.items.items():
        items[key] = _over_item(items, item)
    return MappingNode(items, over.span)


def _below(items: Mapping[str, Item], key: str) -> Node | None:
    """The key's value; where there may be others that are not known, the error node for them."""
    below = items.get(key) or items.get(ERROR_KEY)
    return below.value if below else None


def _mapping(node: Node | None) -> MappingNode | None:
    if node is not None and is_error(node):
        return unknown(node.span)
    return node if isinstance(node, MappingNode) else None
