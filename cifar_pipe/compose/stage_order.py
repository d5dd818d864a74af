"""`after: ID` and `before: ID` of stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.syntax.node_edits import with_value, without
from cifar_pipe.syntax.nodes import ERROR_KEY, Item, MappingNode, ScalarNode, is_error, reference_in

_KEYS = ("after", "before")


@dataclass(frozen=True, slots=True)
class _Wish:
    key: str
    target: str
    span: Span


def place_stages(root: MappingNode, findings: Findings) -> MappingNode:
    """The pipeline with its stages where they ask to be, and without the two keys.

    Stages that ask for the same place keep their order. Findings: `order`.
    """
    stages = root.get("stages")
    if not isinstance(stages, MappingNode):
        return root
    wishes = {
        name: wish
        for name, item in stages.items.items()
        if (wish := _wish(item, stages.items, findings)) is not None
    }
    ordered = _ordered(list(stages.items), wishes)
    placed = set(ordered)
    circle = [name for name in stages.items if name not in placed]
    for name in circle:
        wish = wishes[name]
        findings.add(
            "order", f"{name} stands {wish.key} {wish.target}, which waits for {name}", wish.span
        )
    items = {name: _cleaned(stages.items[name]) for name in (*ordered, *circle)}
    return with_value(root, "stages", MappingNode(items, stages.span))


def _wish(item: Item, stages: Mapping[str, Item], findings: Findings) -> _Wish | None:
    if not isinstance(item.value, MappingNode):
        return None
    written = [item.value.items[key] for key in _KEYS if key in item.value.items]
    if not written:
        return None
    if len(written) == len(_KEYS):
        findings.add(
            "order", f"{item.key} says after and before", written[1].span, help="keep one of them"
        )
        return None
    node = written[0].value
    if is_error(node):
        return None
    if reference_in(node):
        findings.add(
            "reference",
            f"{written[0].key} takes no reference: stages are put in order before references are "
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
        removed = findings.removed.get(("stages", node.value))
        findings.add(
            "order",
            f"{written[0].key} names no other stage: `{node.value}`",
            node.span,
            help=did_you_mean(node.value, others),
            related=[(removed, f"{node.value} is removed here")] if removed else (),
        )
        return None
    return _Wish(written[0].key, node.value, written[0].span)


def _ordered(names: list[str], wishes: Mapping[str, _Wish]) -> list[str]:
    """Without those whose wishes wait for each other."""
    around: dict[tuple[str, str], list[str]] = {}
    for name, wish in wishes.items():
        around.setdefault((wish.key, wish.target), []).append(name)
    ordered: list[str] = []
    # A stack and no recursion: a chain of wishes may be as long as the list of stages.
    waiting = [(name, False) for name in reversed(names) if name not in wishes]
    while waiting:
        name, in_place = waiting.pop()
        if in_place:
            ordered.append(name)
            continue
        after = [(other, False) for other in around.get(("after", name), [])]
        before = [(other, False) for other in around.get(("before", name), [])]
        waiting += reversed([*before, (name, True), *after])
    return ordered


def _cleaned(item: Item) -> Item:
    if not isinstance(item.value, MappingNode):
        return item
    return Item(item.key, item.key_span, without(item.value, *_KEYS))
