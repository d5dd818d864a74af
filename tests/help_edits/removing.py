"""Edits that leave out what is written."""

from __future__ import annotations

from dataclasses import replace

from yaml.nodes import MappingNode, SequenceNode

from tests.help_edits.place import Place, Sources, index_at, item_at, pairs_of


def leave_key_out(place: Place, key: str) -> Sources:
    tree = place.tree
    inner = place.value if tree.pair(place.value, key) else None
    mapping = inner or tree.mapping_with(key, place.begin)
    assert isinstance(mapping, MappingNode), f"no {key} around"
    return place.changed(tree.without_pair(mapping, key))


def leave_pair_out(place: Place) -> Sources:
    """The pair, stage, variable or override that is pointed at."""
    if place.name.startswith("-S "):
        return leave_override_out(place, place.text)
    tree = place.tree
    for one in tree.around(place.begin):
        if isinstance(one, MappingNode):
            for key, _ in one.value:
                if tree.begin(key) == place.begin:
                    return place.changed(tree.without_pair(one, tree.words(key)))
    raise AssertionError("no key begins there")


def leave_override_out(place: Place, override: str) -> Sources:
    kept = tuple(text for text in place.sources.overrides if text != override)
    return replace(place.sources, overrides=kept)


def leave_item_out(place: Place) -> Sources:
    """A list that would be empty then is left out with it."""
    items, index = item_at(place)
    if len(items.value) == 1:
        around = place.tree.around(place.tree.begin(items) - 1)
        outer = next((one for one in around if isinstance(one, SequenceNode)), None)
        if outer is None:
            # The value of a key that may be left out.
            return place.changed(place.tree.without_item(items, index))
        return place.changed(place.tree.without_item(outer, index_at(place, outer)))
    return place.changed(place.tree.without_item(items, index))


def leave_named_item_out(place: Place, name: str) -> Sources:
    items, index = item_at(place)
    assert name in place.tree.words(items.value[index]), f"no {name} there"
    return place.changed(place.tree.without_item(items, index))


def leave_one_of_the_list_out(place: Place, name: str) -> Sources:
    items, _ = item_at(place)
    index = next(i for i, one in enumerate(items.value) if name in place.tree.words(one))
    return place.changed(place.tree.without_item(items, index))


def leave_key_out_anywhere(place: Place, key: str) -> Sources:
    tree = place.tree
    holder = next(one for one, _ in pairs_of(tree.root) if tree.words(one) == key)
    mapping = tree.mapping_with(key, tree.begin(holder))
    assert mapping is not None
    return place.changed(tree.without_pair(mapping, key))


def leave_empty_item_out(place: Place) -> Sources:
    return leave_item_out(place) if place.words else delete_line(place)


def leave_it_out(place: Place) -> Sources:
    """A tag, a variable of an override, or a pair."""
    if place.words.startswith("!"):
        return place.with_words(place.words.partition(" ")[2])
    return leave_pair_out(place)


def delete_line(place: Place) -> Sources:
    lines = place.text.splitlines(keepends=True)
    del lines[place.finding.span.line - 1]
    return place.changed("".join(lines))
