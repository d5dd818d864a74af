"""What is said of a key that belongs in another place, and what one would write there."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import Any, Literal, NamedTuple, get_origin

from cifar_pipe.catalog.core.annotations import bare, branches, holds_components, kind_of, parts
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.decode.site import Site
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.pipeline.key_places import Home
from cifar_pipe.pipeline.written_stages import WrittenStages
from cifar_pipe.syntax.node_edits import as_component, from_plain, is_null, with_item
from cifar_pipe.syntax.nodes import (
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    has_no_value,
    reference_in,
    text_in,
)
from cifar_pipe.syntax.writer import in_one_line

_MOST = 4


def fits(value: Node, annotation: Any) -> bool:
    """Whether the annotation takes a value that is written like this: a mapping, a list, a number."""
    if is_null(value) or has_no_value(value) or reference_in(value):
        return True
    pieces = {get_origin(one) or one for one in parts(annotation)}
    match value:
        case MappingNode():
            return dict in pieces or holds_components(annotation)
        case SequenceNode():
            return list in pieces
        case ScalarNode(value=bool()):
            return bool in pieces
        case ScalarNode(value=int() | float()):
            return not pieces.isdisjoint({int, float})
    return not pieces.isdisjoint({str, Literal, list}) or holds_components(annotation)


def is_like(value: Node, annotation: Any) -> bool:
    """Whether the annotation takes the value itself: a number is not a list of one."""
    outer = {get_origin(bare(one)) for one in branches(bare(annotation)) or (annotation,)}
    is_number = isinstance(value, ScalarNode) and isinstance(value.value, int | float)
    return fits(value, annotation) and not (is_number and outer == {list})


class MisplacedKey(NamedTuple):
    """The item is written at the site, in a pipeline that has these stages."""

    item: Item
    site: Site
    written: WrittenStages

    def belongs(self, homes: Sequence[Home]) -> tuple[str, tuple[str, ...]]:
        """Where it belongs, to follow its name, and what it means in each of several places."""
        names = dict.fromkeys(home.key for home in homes if home.key != self.item.key)
        called = f"is called {' or '.join(names)} and " if names else ""
        if len(homes) == 1:
            return called + self._belongs_in(homes[0]), ()
        if len(homes) > _MOST and all(len(one.place) == 2 for one in homes):
            return f"{called}belongs in a stage", ()
        notes = [f"{self._name(one)}: {one.description}" for one in homes if one.description]
        where = _or([self._place(homes[0]), *map(self._name, homes[1:])])
        return f"{called}belongs {where}", tuple(notes[:_MOST])

    def _belongs_in(self, home: Home) -> str:
        where = self._place(home)
        if home.place == ("stages",):
            return f"belongs {where}: it is a stage"
        if home.kind and not self._is_of_one_component(home):
            if not home.takers:
                return f"belongs in an item of {self._name(home)}"
            written = [
                one for one in self.written.components(home, self.site) if one in home.takers
            ]
            takers = [*dict.fromkeys(written or home.takers)]
            return f"belongs {where}, as an argument of {some(takers, _MOST)}"
        if not fits(self.item.value, home.type):
            return f"belongs {where}"
        if text := self._as_override(home) or self._in_its_holder(home):
            return f"belongs {where}: write {text}"
        text = in_one_line(home.key, _completed(self.item.value, home.type))
        is_there = home.stage_type is None or self.written.ids(home, self.site)
        missing = "" if is_there else " (a stage of this type is missing)"
        return f"belongs {where}{missing}: {f'write {text} there' if text else 'move it there'}"

    def _is_of_one_component(self, home: Home) -> bool:
        """Whether the place has one component, and it takes the key."""
        is_list = isinstance(self.written.node(home, self.site), SequenceNode)
        names = self.written.components(home, self.site)
        return not is_list and len(names) == 1 and (not home.takers or names[0] in home.takers)

    def _in_its_holder(self, home: Home) -> str | None:
        """The component, or runtime, with the key in it, where that is short."""
        if not home.kind and home.place != ("runtime",):
            return None
        holder = self.written.node(home, self.site) or MappingNode({}, self.item.key_span)
        mapping = as_component(holder) or holder
        if not isinstance(mapping, MappingNode):
            return None
        item = Item(home.key, self.item.key_span, self.item.value)
        return in_one_line(home.place[-1], with_item(mapping, item))

    def _as_override(self, home: Home) -> str | None:
        """The override that sets the key where it belongs, if the item is what an override sets."""
        source = self.item.key_span.source.name
        name, equals, value = source.removeprefix("-S ").partition("=")
        path = self.written.path(home, self.site)
        sets_it = source.startswith("-S ") and name.rpartition(".")[2].strip() == self.item.key
        if path is None or not sets_it or not equals:
            return None
        steps = path[1:] if path[:1] == ("stages",) else path
        text = ".".join((*steps, home.key))
        return f"-S {quote(f'{text}={value}')}"

    def _place(self, home: Home) -> str:
        if not home.place:
            return "at the top level"
        return "below stages" if home.place == ("stages",) else f"in {self._name(home)}"

    def _name(self, home: Home) -> str:
        """The place as people call it: without `stages`, and without the stage that one is in."""
        if home.stage_type is None:
            return ".".join(home.place) or "the top level"
        rest = home.place[2:]
        ids = self.written.ids(home, self.site)
        if ids == [self.site.stage] and rest:
            return ".".join(rest)
        return _or([".".join((one, *rest)) for one in ids[:_MOST] or [home.stage_type]])


def _completed(value: Node, annotation: Any) -> Node:
    """A component with what it needs, in place of one that lacks it."""
    kind = kind_of(annotation) or next(filter(None, map(kind_of, branches(annotation))), None)
    mapping = as_component(value) or value
    if kind is None or not isinstance(mapping, MappingNode):
        return value
    entry = find(kind, text_in(mapping.get("type")) or "")
    needed = entry.to_be_filled(mapping.items) if entry else {}
    for key, word in needed.items():
        mapping = with_item(mapping, Item(key, value.span, from_plain(word, value.span)))
    return mapping if needed else value


def _or(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
