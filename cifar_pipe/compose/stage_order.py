"""`after: ID` and `before: ID` of stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.syntax.node_edits import with_value, without
from cifar_pipe.syntax.nodes import ERROR_KEY, Item, MappingNode, is_error, reference_in, text_in

_KEYS = ("after", "before")


class _Order(NamedTuple):
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
        message = f"{name} is placed {order.key} {order.target}, which waits for {name}"
        findings.add("order", message, order.span)
    items = {}
    for name in (*ordered, *cycle):
        item = stages.items[name]
        if isinstance(item.value, MappingNode):
            item = Item(name, item.key_span, without(item.value, *_KEYS))
        items[name] = item
    return with_value(root, "stages", MappingNode(items, stages.span))


def _order(
    item: Item, stages: Mapping[str, Item], findings: Findings, removed: Removals
) -> _Order | None:
    if not isinstance(item.value, MappingNode):
        return None
    written = [item.value.items[key] for key in _KEYS if key in item.value.items]
    if len(written) == len(_KEYS):
        message = f"{item.key} has both after and before"
        findings.add("order", message, written[1].span, help="keep one of them")
        return None
    if not written or is_error(written[0].value):
        return None
    key, node = written[0].key, written[0].value
    target = text_in(node)
    if reference_in(node):
        message = (
            f"{key} does not take a reference: stages are put in order before references are "
            "resolved"
        )
        findings.add("reference", message, node.span, help="write the stage's id")
    elif target is None:
        findings.add("type", f"{key} takes the id of a stage", node.span)
    elif target in stages and target != item.key:
        return _Order(key, target, written[0].span)
    elif ERROR_KEY not in stages:
        message = f"{key} names no other stage: `{target}`"
        help_ = did_you_mean(target, [name for name in stages if name != item.key])
        related = removed.related("stages", target)
        findings.add("order", message, node.span, help=help_, related=related)
    return None


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
