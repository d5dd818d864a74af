"""Edits that put items and stages above, below or at the end."""

from __future__ import annotations

from yaml.nodes import MappingNode, SequenceNode

from tests.help_edits.place import (
    Place,
    Sources,
    is_of_a_stage,
    item_at,
    list_at,
    pairs_of,
    read_again,
)
from tests.text_edits import Text


def put_item_above(place: Place, words: str) -> Sources:
    items, index = item_at(place)
    return place.changed(place.tree.with_item(items, index, words))


def end_layers_with(place: Place, *words: str) -> Sources:
    tree, sources = place.tree, place.sources
    (layers,) = [
        value
        for key, value in pairs_of(tree.root)
        if tree.words(key) == "layers" and is_of_a_stage(tree, key)
    ]
    assert isinstance(layers, SequenceNode)
    text = place.text
    for word in words:
        text = Text(text).with_item(read_again(Text(text), layers), 10**6, word)
    return sources.with_text(place.name, place.text, text)


def move_stages(place: Place, names: str, *, above: str = "", below: str = "") -> Sources:
    """Stages of one mapping, in their order."""
    text = place.text
    for name in names.split(" and "):
        tree = Text(text)
        stages = tree.pair(tree.root, "stages")
        assert stages is not None
        assert isinstance(stages[1], MappingNode)
        text = tree.moved(stages[1], name, before=above, after=below)
    return place.changed(text)


def move_item_to_the_end(place: Place) -> Sources:
    items, index = item_at(place)
    words = place.tree.words(items.value[index])
    again = Text(place.tree.without_item(items, index), place.tree.offset)
    return place.changed(again.with_item(list_at(again, place.begin), 10**6, words))


def move_item_above(place: Place, name: str) -> Sources:
    items, index = item_at(place)
    tree = place.tree
    words = tree.words(items.value[index])
    other = next(i for i, one in enumerate(items.value) if name in tree.words(one))
    text = tree.without_item(items, index)
    again = Text(text, tree.offset)
    return place.changed(again.with_item(list_at(again, place.begin), other, words))


def put_item_at_the_end(place: Place, words: str) -> Sources:
    items, _ = item_at(place)
    return place.changed(place.tree.with_item(items, len(items.value), words))


def put_into_list(place: Place, words: str) -> Sources:
    assert isinstance(place.value, SequenceNode)
    return place.changed(place.tree.with_item(place.value, 0, words))


def move_above(place: Place, names: str, other: str) -> Sources:
    """In the file's order; of a file that is extended, by what says where the other one comes."""
    tree = place.tree
    stages = tree.pair(tree.root, "stages")
    assert stages is not None
    if not tree.pair(stages[1], names.split(" and ", maxsplit=1)[0]):
        placed = tree.pair(stages[1], other)
        assert placed is not None
        assert isinstance(placed[1], MappingNode)
        free = tree.without_pair(placed[1], "before")
        again = Text(free)
        value = again.mapping_with(other, place.begin)
        pair = again.pair(value, other)
        assert pair is not None
        return place.changed(again.with_pair(pair[1], "after", names))
    return move_stages(place, names, above=other)


def move_below(place: Place, name: str, other: str) -> Sources:
    return move_stages(place, name, below=other)
