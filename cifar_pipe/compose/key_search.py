"""Where a key is that was looked for in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode

# More places than these are no help.
_MOST = 3
# A name somewhere below may be far off: only the same one, or a word of some length.
_SHORTEST = 4


def found_below(node: Node, name: str) -> str | None:
    """'did you mean `train.epochs`?' where the name is below, at one place or a few."""
    paths = dict(_paths(node, ()))
    wanted = {path: key for path, key in paths.items() if key == name}
    if not wanted and len(name) >= _SHORTEST:
        near = nearest(name, dict.fromkeys(paths.values()))
        wanted = {path: key for path, key in paths.items() if key == near}
    some = [f"`{path}`" for path in islice(wanted, _MOST + 1)]
    if not some or len(some) > _MOST:
        return None
    return f"did you mean {' or '.join(some)}?"


def item_ids(node: SequenceNode) -> dict[str, int]:
    """The index of each item of the list that has an `id`."""
    ids: dict[str, int] = {}
    for index, item in enumerate(node.items):
        name = item.get("id") if isinstance(item, MappingNode) else None
        if isinstance(name, ScalarNode) and isinstance(name.value, str):
            ids.setdefault(name.value, index)
    return ids


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
