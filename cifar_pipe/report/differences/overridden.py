"""Where a resolved pipeline says what the overrides of its command have set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.compose.key_search import item_ids
from cifar_pipe.compose.overrides import parse
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.errors import UsageError
from cifar_pipe.syntax.nodes import MappingNode, Node, SequenceNode, follow
from cifar_pipe.syntax.reader import read

Range = tuple[int, int]
"""The first character, and the one behind the last."""


def overridden(text: str, overrides: Sequence[str]) -> list[Range]:
    """In the order of the text, none within another; of an override that removes a key there is none."""
    root = read(text, "resolved.yaml", Findings())
    if root is None:
        return []
    found = sorted({one for override in overrides for one in _of(root, override, text)})
    return [
        one for index, one in enumerate(found) if all(one[0] >= end for _, end in found[:index])
    ]


def _of(root: MappingNode, override: str, text: str) -> Iterator[Range]:
    try:
        names = [step.name for step in parse(override)]
    except UsageError:
        return
    stages = root.get("stages")
    if isinstance(stages, MappingNode) and names[0] in stages.items:
        names.insert(0, "stages")
    node: Node = root
    words = root.span
    for name in names:
        place = item_ids(node).get(name, _index(name)) if isinstance(node, SequenceNode) else name
        found = list(follow(node, (place,)))
        if not found:
            return
        [(node, words)] = found
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
    ends = (starts[one.line - 1] + one.end_column - 1 for one in (words, *_spans(node)))
    yield starts[words.line - 1] + words.column - 1, max(ends)


def _index(name: str) -> int:
    return int(name) if name.isascii() and name.isdecimal() else -1


def _spans(node: Node) -> Iterator[Span]:
    yield node.span
    match node:
        case MappingNode(items=items):
            for item in items.values():
                yield from _spans(item.value)
        case SequenceNode(items=parts):
            for part in parts:
                yield from _spans(part)
