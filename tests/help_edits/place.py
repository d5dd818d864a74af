"""The sources of a finding, and the place in them that it points to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from yaml.nodes import MappingNode, Node, SequenceNode

from cifar_pipe.diagnostics.findings import Finding
from tests.text_edits import Text

MAIN = "mine.yaml"


@dataclass(frozen=True)
class Sources:
    """All that a person could edit: the files by their names, and the overrides."""

    files: dict[str, bytes]
    overrides: tuple[str, ...] = ()

    def with_text(self, name: str, before: str, after: str) -> Sources:
        if name.startswith("-S "):
            texts = tuple(after if text == before else text for text in self.overrides)
            return replace(self, overrides=texts)
        return replace(self, files={**self.files, name: after.encode()})

    def with_override(self, text: str) -> Sources:
        return replace(self, overrides=(*self.overrides, text))


@dataclass(frozen=True)
class Place:
    """A finding among the sources in which it was found."""

    sources: Sources
    finding: Finding
    text: str = field(init=False)
    begin: int = field(init=False)
    end: int = field(init=False)

    def __post_init__(self) -> None:
        span = self.finding.span
        lines = span.source.text.splitlines(keepends=True)
        begin = sum(map(len, lines[: span.line - 1])) + span.column - 1
        set_ = object.__setattr__
        set_(self, "text", span.source.text)
        set_(self, "begin", begin)
        set_(self, "end", begin + span.end_column - span.column)

    @property
    def words(self) -> str:
        return self.text[self.begin : self.end]

    @property
    def name(self) -> str:
        return self.finding.span.source.name

    @cached_property
    def tree(self) -> Text:
        offset = self.text.index("=") + 1 if self.name.startswith("-S ") else 0
        return Text(self.text, offset)

    def changed(self, text: str) -> Sources:
        return self.sources.with_text(self.name, self.text, text)

    def with_words(self, words: str) -> Sources:
        return self.changed(self.text[: self.begin] + words + self.text[self.end :])

    @cached_property
    def node(self) -> Node:
        """The outermost node that begins where the finding does: of a pair, the key."""
        return next(
            n for n in reversed(self.tree.around(self.begin)) if self.tree.begin(n) == self.begin
        )

    @cached_property
    def value(self) -> Node:
        """The value, where the finding is at a key or at a whole pair."""
        for one in self.tree.around(self.begin):
            if isinstance(one, MappingNode):
                for key, value in one.value:
                    if self.tree.begin(key) == self.begin:
                        return value
        return self.node


def index_at(place: Place, items: SequenceNode) -> int:
    tree = place.tree
    return next(
        i for i, one in enumerate(items.value) if tree.begin(one) <= place.begin <= tree.end(one)
    )


def item_at(place: Place) -> tuple[SequenceNode, int]:
    """The component that is pointed at, in its list."""
    for node in place.tree.around(place.begin):
        if isinstance(node, SequenceNode):
            for index, one in enumerate(node.value):
                inside = place.tree.begin(one) <= place.begin <= place.tree.end(one)
                words = place.tree.words(one)
                is_component = isinstance(one, MappingNode) or re.match(r"[A-Z]|null$|$", words)
                if inside and is_component:
                    return node, index
    raise AssertionError("no item of a list is there")


def read_again(tree: Text, node: Node) -> SequenceNode:
    """The list of layers of a stage in a text that has changed."""
    return next(
        value
        for key, value in pairs_of(tree.root)
        if tree.words(key) == "layers"
        and is_of_a_stage(tree, key)
        and isinstance(value, SequenceNode)
    )


def is_of_a_stage(tree: Text, key: Node) -> bool:
    return len([one for one in tree.around(tree.begin(key)) if isinstance(one, MappingNode)]) == 3


def pairs_of(node: Node) -> Iterator[tuple[Node, Node]]:
    match node:
        case MappingNode(value=pairs):
            for key, value in pairs:
                yield key, value
                yield from pairs_of(value)
        case SequenceNode(value=items):
            for item in items:
                yield from pairs_of(item)


def line_at(place: Place) -> str:
    return place.finding.span.source.lines[place.finding.span.line - 1]


def list_at(tree: Text, place: int) -> SequenceNode:
    return next(one for one in tree.around(place) if isinstance(one, SequenceNode))


# In several lines: those that a note lists are like the one that is pointed at.


def lines_at(place: Place) -> list[int]:
    """The indices of the line that is pointed at and of those that a note lists."""
    listed = [int(n) - 1 for note in place.finding.notes for n in listed_lines(note)]
    return [place.finding.span.line - 1, *listed]


def listed_lines(note: str) -> list[str]:
    found = re.search(r" in lines? ([\d, ]+)", note)
    return re.findall(r"\d+", found[1]) if found else []


def has_more_lines(place: Place) -> bool:
    return any(re.search(r" in lines .* and \d+ more", note) for note in place.finding.notes)


def with_lines(place: Place, change: Callable[[str], str]) -> Sources:
    """Where a note gives up listing, a reader does the same to all that look alike."""
    lines = place.text.splitlines(keepends=True)
    for index in range(len(lines)) if has_more_lines(place) else lines_at(place):
        lines[index] = change(lines[index])
    return place.changed("".join(lines))
