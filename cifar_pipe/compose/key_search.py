"""Names that were looked for in the wrong place, or are written in two ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.syntax.nodes import Item, MappingNode, Node, SequenceNode, text_in

# More places than these are no help.
_MOST = 3


def found_below(node: Node, name: str) -> str | None:
    """'did you mean `train.epochs`?' where the name is below, at one place or a few."""
    return _meant_path(path for path, key in _paths(node, ()) if key == name)


def similar_below(node: Node, name: str) -> str | None:
    """The same for a similar name; one somewhere below may be far off, so only for a word of some
    length.
    """
    paths = dict(_paths(node, ()))
    near = nearest(name, dict.fromkeys(paths.values())) if len(name) >= 4 else None
    return _meant_path(path for path, key in paths.items() if key == near)


def _meant_path(paths: Iterable[str]) -> str | None:
    some = [f"`{path}`" for path in islice(paths, _MOST + 1)]
    if not some or len(some) > _MOST:
        return None
    return f"did you mean {' or '.join(some)}?"


def item_ids(node: SequenceNode) -> dict[str, int]:
    """The index of each item of the list that has an `id`."""
    ids: dict[str, int] = {}
    for index, item in enumerate(node.items):
        name = text_in(item.get("id")) if isinstance(item, MappingNode) else None
        if name is not None:
            ids.setdefault(name, index)
    return ids


def similar_name(item: Item, items: Mapping[str, Item]) -> str | None:
    """'did you mean `w`?' where another file or override has a similar name: one that is declared
    and never used is often that name, misspelt.

    Two similar names of one file are both right: whoever wrote the one saw the other.
    """
    source = item.key_span.source
    others = [one.key for one in items.values() if one.key_span.source is not source]
    near = nearest(item.key, others) or next(
        (one for one in others if item.key.startswith(one) or one.startswith(item.key)), None
    )
    return f"did you mean `{near}`?" if near else None


def _paths(node: Node, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each path as an override has it, with its last name: without `stages`, lists by id."""
    match node:
        case MappingNode(items=items):
            below = {key: item.value for key, item in items.items() if key not in ("type", "id")}
        case SequenceNode(items=entries):
            below = {name: entries[index] for name, index in item_ids(node).items()}
        case _:
            below = {}
    for name, value in below.items():
        path = above if name == "stages" and not above else (*above, name)
        if path:
            yield ".".join(path), name
        yield from _paths(value, path)
