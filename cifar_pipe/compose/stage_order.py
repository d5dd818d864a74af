"""`after: ID` and `before: ID` of stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cifar_pipe.compose.removals import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.syntax.node_edits import with_value, without
from cifar_pipe.syntax.nodes import ERROR_KEY, Item, MappingNode, ScalarNode, is_error, reference_in

_KEYS = ("after", "before")


@dataclass(frozen=True, slots=True)
class _Order:
    """`key` is after or before, `target` the id of the other stage."""

    key: str
    target: str
    span: Span


def place_stages(root: MappingNode, findings: Findings, removed: Removals) -> MappingNode:
    """The pipeline with its stages in the order that they ask for, and without the two keys.

    Stages that ask for the same place keep their order. Findings: `order`.
    """
    stages = root.get("stages")
    if not isinstance(stages, MappingNode):
        return root
    orders = {
        name: order
        for name, item in stages.items.items()
        if (order := _order(item, stages.items, findings, removed)) is not None
    }
    ordered = _ordered(list(stages.items), orders)
    placed = set(ordered)
    cycle = [name for name in stages.items if name not in placed]
    for name in cycle:
        order = orders[name]
        message = f"{name} is {order.key} {order.target}, which waits for {name}"
        findings.add("order", message, order.span)
    items = {name: _without_order(stages.items[name]) for name in (*ordered, *cycle)}
    return with_value(root, "stages", MappingNode(items, stages.span))


def _order(
    item: Item, stages: Mapping[str, Item], findings: Findings, removed: Removals
) -> _Order | None:
    if not isinstance(item.value, MappingNode):
        return None
    written = [item.value.items[key] for key in _KEYS if key in item.value.items]
    if not written:
        return None
    if len(written) == len(_KEYS):
        findings.add(
            "order",
            f"{item.key} has both after and before",
            written[1].span,
            help="keep one of them",
        )
        return None
    node = written[0].value
    if is_error(node):
        return None
    if reference_in(node):
        findings.add(
            "reference",
            f"{written[0].key} does not take a reference: stages are put in order before references are "
            "resolved",
            node.span,
            help="write the stage's id",
        )
        return None
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        findings.add("type", f"{written[0].key} takes the id of a stage", node.span)
        return None
    if node.value == item.key or node.value not in stages:
        if ERROR_KEY in stages:
            return None
        others = [name for name in stages if name != item.key]
        findings.add(
            "order",
            f"{written[0].key} names no other stage: `{node.value}`",
            node.span,
            help=did_you_mean(node.value, others),
            related=removed.related("stages", node.value),
        )
        return None
    return _Order(written[0].key, node.value, written[0].span)


def _ordered(names: list[str], orders: Mapping[str, _Order]) -> list[str]:
    """Without those that wait for each other."""
    around: dict[tuple[str, str], list[str]] = {}
    for name, order in orders.items():
        around.setdefault((order.key, order.target), []).append(name)
    ordered: list[str] = []
    # A stack and no recursion: a chain of them may be as long as the list of stages.
    waiting = [(name, False) for name in reversed(names) if name not in orders]
    while waiting:
        name, in_place = waiting.pop()
        if in_place:
            ordered.append(name)
            continue
        after = [(other, False) for other in around.get(("after", name), [])]
        before = [(other, False) for other in around.get(("before", name), [])]
        waiting += reversed([*before, (name, True), *after])
    return ordered


def _without_order(item: Item) -> Item:
    if not isinstance(item.value, MappingNode):
        return item
    return Item(item.key, item.key_span, without(item.value, *_KEYS))
