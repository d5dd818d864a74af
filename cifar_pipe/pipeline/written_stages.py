"""What one pipeline's text has in the places that its language knows."""

from __future__ import annotations

from collections.abc import Collection

from cifar_pipe.decode.site import Site
from cifar_pipe.pipeline.key_places import Home
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    SequenceNode,
    follow,
    text_in,
    walk,
)


class WrittenStages:
    """A place is one of this pipeline where one stage has its type, or the stage that one is in."""

    def __init__(self, root: MappingNode) -> None:
        self._root = root
        stages = root.get("stages")
        items = stages.items if isinstance(stages, MappingNode) else {}
        self._types = {key: _type_of(item) for key, item in items.items() if key != ERROR_KEY}

    @property
    def names(self) -> Collection[str]:
        return self._types.keys()

    @property
    def types(self) -> Collection[str]:
        return set(self._types.values())

    def ids(self, home: Home, site: Site) -> list[str]:
        """The stages in which the place is."""
        ids = [key for key, one in self._types.items() if one == home.stage_type]
        return [site.stage] if site.stage in ids else ids

    def path(self, home: Home, site: Site) -> tuple[str, ...] | None:
        """The keys that lead to the place, where it is one."""
        if home.stage_type is None:
            return home.place
        ids = self.ids(home, site)
        return ("stages", ids[0], *home.place[2:]) if len(ids) == 1 else None

    def node(self, home: Home, site: Site) -> Node | None:
        """What is written in the place."""
        path = self.path(home, site)
        return self._at(path) if path else None

    def components(self, home: Home, site: Site) -> list[str]:
        """The names of the components in the place."""
        node = self.node(home, site)
        nodes = node.items if isinstance(node, SequenceNode) else [node] if node else []
        written = [one.get("type") if isinstance(one, MappingNode) else one for one in nodes]
        return [name for one in written if (name := text_in(one)) is not None]

    def takes(self, home: Home, site: Site) -> bool:
        """Whether a component in the place takes the key as an argument."""
        return not {*self.components(home, site)}.isdisjoint(home.takers)

    def lacks(self, home: Home) -> bool:
        """Whether the place is a stage that must have the key and has not."""
        if len(home.place) != 2 or home.stage_type is None:
            return False
        field = STAGES[home.stage_type].spec.model_fields.get(home.key)
        ids = [key for key, one in self._types.items() if one == home.stage_type]
        is_required = field is not None and field.is_required()
        return is_required and any(self._at(("stages", one, home.key)) is None for one in ids)

    def is_beside(self, key: str, item: Item) -> bool:
        """Whether the key is written in the same mapping as the item, by the same file."""
        holders = (
            node
            for node in walk(self._root)
            if isinstance(node, MappingNode) and node.items.get(item.key) is item
        )
        others = [node.items[key] for node in holders if key in node.items]
        return any(one.key_span.source is item.key_span.source for one in others)

    def _at(self, path: tuple[str, ...]) -> Node | None:
        nodes = [node for node, _ in follow(self._root, path)]
        return nodes[-1] if nodes and len(nodes) == len(path) else None


def _type_of(item: Item) -> str:
    node = item.value.get("type") if isinstance(item.value, MappingNode) else None
    return text_in(node) or item.key
