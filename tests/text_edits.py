"""Edits of a YAML text at the places of its nodes, as a person makes them in an editor.

An edit never changes more than it says: comments, quotes and line breaks elsewhere stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

Pair = tuple[Node, Node]


def start(node: Node) -> int:
    return int(node.start_mark.index)


@dataclass(frozen=True)
class Text:
    """A text and its nodes. `offset` is where its YAML begins: an override has a path before it."""

    text: str
    offset: int = 0

    def __post_init__(self) -> None:
        root = yaml.compose(self.text[self.offset :], Loader=yaml.SafeLoader)
        object.__setattr__(self, "root", root)

    root: Node = None  # type: ignore[assignment]

    def begin(self, node: Node) -> int:
        return start(node) + self.offset

    def end(self, node: Node) -> int:
        """Where its words end: PyYAML's blocks end where the next one begins."""
        raw = int(node.end_mark.index) + self.offset
        return self.begin(node) + len(self.text[self.begin(node) : raw].rstrip())

    def words(self, node: Node) -> str:
        return self.text[self.begin(node) : self.end(node)]

    def around(self, place: int) -> list[Node]:
        """The nodes that hold the place, from the innermost outwards."""
        return [*self._around(self.root, place)][::-1]

    def _around(self, node: Node, place: int) -> Iterator[Node]:
        if not self.begin(node) <= place <= self.end(node):
            return
        yield node
        match node:
            case MappingNode(value=pairs):
                for key, value in pairs:
                    if self.begin(key) <= place <= max(self.end(key), self.end(value)):
                        yield from self._around(key if place <= self.end(key) else value, place)
            case SequenceNode(value=items):
                for item in items:
                    yield from self._around(item, place)

    def pair(self, mapping: Node | None, key: str) -> Pair | None:
        if not isinstance(mapping, MappingNode):
            return None
        return next((pair for pair in mapping.value if self.words(pair[0]) == key), None)

    def mapping_with(self, key: str, place: int) -> MappingNode | None:
        """The innermost mapping around the place that has the key."""
        return next((one for one in self.around(place) if self.pair(one, key)), None)

    def list_around(self, place: int) -> tuple[SequenceNode, int] | None:
        """The innermost list of nodes that are not plain numbers or texts of one, with the index."""
        for node in self.around(place):
            if isinstance(node, SequenceNode):
                for index, item in enumerate(node.value):
                    if self.begin(item) <= place <= self.end(item):
                        return node, index
        return None

    # What follows gives the text after the edit.

    def replaced(self, node: Node, words: str) -> str:
        return self.text[: self.begin(node)] + words + self.text[self.end(node) :]

    def with_pair(self, node: Node, key: str, value: str) -> str:
        """The mapping with the key set; a component that is a bare name becomes a mapping."""
        if not isinstance(node, MappingNode):
            return self.replaced(node, f"{{type: {self.words(node)}, {key}: {value}}}")
        if there := self.pair(node, key):
            return self.replaced(there[1], value)
        if node.flow_style:
            close = self.end(node) - 1
            comma = ", " if node.value else ""
            return f"{self.text[:close]}{comma}{key}: {value}{self.text[close:]}"
        begin = self.begin(node)
        indent = " " * node.start_mark.column
        return f"{self.text[:begin]}{key}: {value}\n{indent}{self.text[begin:]}"

    def without_pair(self, mapping: MappingNode, key: str) -> str:
        keys = [self.words(pair[0]) for pair in mapping.value]
        index = len(keys) - 1 - keys[::-1].index(key)
        if len(keys) == 1:
            return self.replaced(mapping, "{}")
        return self._without(
            [(self.begin(k), max(self.end(k), self.end(v))) for k, v in mapping.value], index
        )

    def without_item(self, items: SequenceNode, index: int) -> str:
        if len(items.value) == 1:
            return self.replaced(items, "[]")
        return self._without([(self.begin(one), self.end(one)) for one in items.value], index)

    def _without(self, parts: list[tuple[int, int]], index: int) -> str:
        if index + 1 < len(parts):
            first, last = parts[index][0], parts[index + 1][0]
        else:
            first, last = parts[index - 1][1], parts[index][1]
        return self.text[:first] + self.text[last:]

    def with_item(self, items: SequenceNode, index: int, words: str) -> str:
        """The list with another item before that of the index, or at its end."""
        if index < len(items.value):
            begin = self.begin(items.value[index])
            between = ", " if items.flow_style else f"\n{' ' * items.start_mark.column}- "
            return self.text[:begin] + words + between + self.text[begin:]
        last = self.end(items.value[-1])
        between = ", " if items.flow_style else f"\n{' ' * items.start_mark.column}- "
        return self.text[:last] + between + words + self.text[last:]

    def moved(self, mapping: MappingNode, key: str, *, before: str = "", after: str = "") -> str:
        """The mapping with the pair at another place."""
        keys = [self.words(pair[0]) for pair in mapping.value]
        starts = [self.begin(pair[0]) for pair in mapping.value]
        ends = [*starts[1:], self.end(mapping) - bool(mapping.flow_style)]
        parts = {
            name: self.text[first:last].rstrip().rstrip(",")
            for name, first, last in zip(keys, starts, ends, strict=True)
        }
        keys.remove(key)
        keys.insert(keys.index(before) if before else keys.index(after) + 1, key)
        between = ", " if mapping.flow_style else f"\n{' ' * mapping.start_mark.column}"
        return (
            self.text[: starts[0]]
            + between.join(parts[name] for name in keys)
            + self.text[ends[-1] :]
        )
