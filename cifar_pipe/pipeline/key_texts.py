"""What is said of a key that belongs in another place, and what one would write there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from shlex import quote
from typing import Any, Literal, get_origin

from cifar_pipe.catalog.core.annotations import holds_components, parts
from cifar_pipe.decode.site import Site
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.pipeline.key_places import Home
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.syntax.node_edits import as_component, is_null, with_item
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    follow,
    has_no_value,
    text_in,
)
from cifar_pipe.syntax.writer import in_one_line

_MOST = 4


class Written:
    """What a pipeline's text says of its stages."""

    def __init__(self, root: MappingNode) -> None:
        self._root = root
        stages = root.get("stages")
        items = stages.items if isinstance(stages, MappingNode) else {}
        self._types = {key: _type_of(item) for key, item in items.items() if key != ERROR_KEY}

    @property
    def types(self) -> Collection[str]:
        return set(self._types.values())

    def stages_of(self, type_: str) -> list[str]:
        """The ids of the stages of the type."""
        return [key for key, one in self._types.items() if one == type_]

    def lacks(self, home: Home) -> bool:
        """Whether a stage of the place's type must have the key and has not."""
        if len(home.place) != 2 or home.stage_type is None or home.takers:
            return False
        fields = STAGES[home.stage_type].spec.model_fields
        required = home.key in fields and fields[home.key].is_required()
        return required and any(
            self.at(("stages", stage, home.key)) is None for stage in self.stages_of(home.place[1])
        )

    def takes(self, home: Home, site: Site) -> bool:
        """Whether a component that is written in the place takes the key."""
        path = path_of(home, site, self)
        return bool(path and {*self.names_at(path)}.intersection(home.takers))

    def names_at(self, path: tuple[str, ...]) -> list[str]:
        """The names of the components that are written there."""
        node = self.at(path)
        nodes = node.items if isinstance(node, SequenceNode) else [node] if node else []
        written = [one.get("type") if isinstance(one, MappingNode) else one for one in nodes]
        return [name for one in written if (name := text_in(one)) is not None]

    def at(self, path: tuple[str, ...]) -> Node | None:
        """What is written there."""
        nodes = [node for node, _ in follow(self._root, path)]
        return nodes[-1] if nodes and len(nodes) == len(path) else None


def _type_of(item: Item) -> str:
    node = item.value.get("type") if isinstance(item.value, MappingNode) else None
    return text_in(node) or item.key


def fits(value: Node, annotation: Any) -> bool:
    """Whether the annotation takes a value that is written like this: a mapping, a list, a number."""
    if annotation is None or is_null(value) or has_no_value(value):
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


def takers_of(homes: Sequence[Home], site: Site) -> list[str]:
    """The components of the site's own kind that take the key as an argument."""
    kind = site.component.kind if site.component else None
    return list(
        dict.fromkeys(name for one in homes if kind and one.kind == kind for name in one.takers)
    )


def belongs(
    homes: Sequence[Home], item: Item, site: Site, written: Written
) -> tuple[str, tuple[str, ...]]:
    """Where the key belongs, to follow its name, and what it means in each of several places."""
    names = dict.fromkeys(home.key for home in homes if home.key != item.key)
    called = f"is called {' or '.join(names)} and " if names else ""
    if len(homes) == 1:
        return called + _belongs_in(homes[0], item, site, written), ()
    if len(homes) > _MOST and all(len(one.place) == 2 for one in homes):
        return f"{called}belongs in a stage", ()
    where = [_place(one, site, written) for one in homes]
    notes = tuple(
        f"{_name(one, site, written)}: {one.description}" for one in homes if one.description
    )
    return f"{called}belongs {_or(where)}", notes[:_MOST]


def _belongs_in(home: Home, item: Item, site: Site, written: Written) -> str:
    where = _place(home, site, written)
    if home.place == ("stages",):
        return "belongs below stages: it is a stage"
    path = path_of(home, site, written)
    holder = written.at(path) if path else None
    if home.takers and (holder is None or not written.takes(home, site)):
        return f"belongs {where}, as an argument of {some(home.takers, _MOST)}"
    if isinstance(holder, SequenceNode) and home.kind:
        names = [one for one in written.names_at(path or ()) if one in home.takers]
        items = dict.fromkeys(names) or [f"an item of {_name(home, site, written)}"]
        return (
            f"belongs {where}, as an argument of {some([*items], _MOST)}"
            if names
            else f"belongs in {items[0]}"
        )
    if not fits(item.value, home.type):
        return f"belongs {where}"
    if path and (override := _as_override(item, (*path, home.key), written)):
        return f"belongs {where}: write {override}"
    if home.kind or home.place == ("runtime",):
        current = as_component(holder) or holder if holder else MappingNode({}, item.key_span)
        if isinstance(current, MappingNode):
            changed = with_item(current, Item(home.key, item.key_span, item.value))
            text = in_one_line(home.place[-1], changed)
            return f"belongs {where}: write {text}" if text else f"belongs {where}"
    text = in_one_line(home.key, item.value)
    missing = (
        " (a stage of this type is missing)"
        if home.stage_type and not _ids(home, site, written)
        else ""
    )
    return f"belongs {where}{missing}: {f'write {text} there' if text else 'move it there'}"


def _as_override(item: Item, path: tuple[str, ...], written: Written) -> str | None:
    """The override that sets the key where it belongs, if the item is what an override sets."""
    text = item.key_span.source.name
    given, equals, value = text.removeprefix("-S ").partition("=")
    if not (text.startswith("-S ") and equals and given.rpartition(".")[2].strip() == item.key):
        return None
    if written.at(path[:-1]) is None and len(path) > 2:
        return None
    whole = f"{'.'.join(path).removeprefix('stages.')}={value}"
    return f"-S {quote(whole)}"


def path_of(home: Home, site: Site, written: Written) -> tuple[str, ...] | None:
    """The place in this pipeline, where it is one."""
    if home.stage_type is None:
        return home.place
    ids = _ids(home, site, written)
    return ("stages", ids[0], *home.place[2:]) if len(ids) == 1 else None


def _ids(home: Home, site: Site, written: Written) -> list[str]:
    ids = written.stages_of(home.stage_type) if home.stage_type else []
    return [site.stage] if site.stage in ids else ids


def _place(home: Home, site: Site, written: Written) -> str:
    if not home.place:
        return "at the top level"
    return "below stages" if home.place == ("stages",) else f"in {_name(home, site, written)}"


def _name(home: Home, site: Site, written: Written) -> str:
    """The place as people call it: without `stages`, and without the stage that one is in."""
    if home.stage_type is None:
        return ".".join(home.place)
    rest = ".".join(home.place[2:])
    ids = _ids(home, site, written)
    if ids == [site.stage] and rest:
        return rest
    names = ids[:_MOST] or [home.stage_type]
    return _or([f"{one}.{rest}" if rest else one for one in names])


def _or(words: Sequence[str]) -> str:
    words = list(_without_repeated_in(words))
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _without_repeated_in(words: Sequence[str]) -> Iterator[str]:
    for index, word in enumerate(words):
        yield word.removeprefix("in ") if index and words[0].startswith("in ") else word
