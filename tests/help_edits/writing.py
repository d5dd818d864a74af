"""Edits that write what a help says in place of what is there, or beside it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from tests.help_edits.place import Place, Sources, item_at, lines_at, with_lines
from tests.help_edits.removing import leave_key_out, leave_pair_out
from tests.text_edits import Text


def write_what_was_meant(place: Place, words: str) -> Sources:
    """The word that is wrong is the one that the message quotes, or the most similar one."""
    found = place.words
    if place.text.startswith("vars.") and "." in words:
        return place.changed(f"{words}={place.text.partition('=')[2]}")
    quoted = [one for one in re.findall(r"`([^`]+)`", place.finding.message) if one in found]
    tokens = re.findall(r"[^\s:=,{}\[\]'\"]+", found)
    wrong = (
        quoted[0]
        if quoted
        else max(tokens, key=lambda one: SequenceMatcher(None, one, words).ratio())
    )
    if words.startswith("$"):
        wrong = next(
            (one for one in [found, *tokens] if wrong in one and one.startswith("$")), wrong
        )
    at = found.rindex(wrong)
    return place.with_words(found[:at] + words + found[at + len(wrong) :])


def write_value(place: Place, words: str) -> Sources:
    """In place of the value; of all the words where they are no key with its value."""
    if "=" in place.words and place.name.startswith("-S "):
        return place.with_words(f"{place.words.partition('=')[0]}={words}")
    comma = words.replace(".", ",")
    if comma.endswith(place.words) and place.text[: place.end].endswith(comma):
        return place.changed(place.text[: place.end - len(comma)] + words + place.text[place.end :])
    if re.match(r"\w+:( |$)", place.words):
        return place.changed(place.tree.replaced(place.value, words))
    return place.with_words(words)


def write_words(place: Place, words: str) -> Sources:
    """In place of what is pointed at, or of the text in it that the message quotes."""
    quoted = re.search(r"not the string `(.+)`", place.finding.message)
    if quoted and quoted[1] not in place.words:
        before, text, after = place.text[place.begin :].partition(quoted[1])
        assert text
        return place.changed(place.text[: place.begin] + before + words + after)
    if len(lines_at(place)) > 1 and (number := re.match(r"\d+", place.words)):
        like = r"\d+" + re.escape(place.words[number.end() :])
        return with_lines(place, lambda line: re.sub(like, words, line, count=1))
    return place.with_words(words)


def write_pair(place: Place, key: str, value: str) -> Sources:
    """In the innermost mapping that has the key; else in or beside what is pointed at."""
    tree = place.tree
    bare = re.escape(value.strip("[]"))
    if re.match(rf"{key}: {bare}(?=[,}}\s])", place.text[place.begin :]):
        last = place.begin + len(f"{key}: {value.strip('[]')}")
        return place.changed(f"{place.text[: place.begin]}{key}: {value}{place.text[last:]}")
    around = tree.around(place.begin)
    if tree.words(place.node) == key:
        return place.changed(tree.replaced(place.value, value))
    for one in around:
        if (pair := tree.pair(one, key)) and tree.begin(pair[1]) < place.begin < tree.end(pair[1]):
            return place.changed(tree.with_pair(one, key, value))
    if isinstance(place.value, MappingNode) and place.value is not place.node:
        return place.changed(tree.with_pair(place.value, key, value))
    if mapping := tree.mapping_with(key, place.begin):
        return place.changed(tree.with_pair(mapping, key, value))
    for inner, outer in pairwise(around):
        if isinstance(inner, MappingNode) or (
            isinstance(outer, SequenceNode) and re.match("[A-Z]", tree.words(inner))
        ):
            return place.changed(tree.with_pair(inner, key, value))
    return place.changed(tree.with_pair(around[-1], key, value))


def write_component(place: Place, words: str) -> Sources:
    """In place of the component whose name, or whose whole, is pointed at."""
    holder = next(
        (one for one in place.tree.around(place.begin)[1:2] if place.tree.pair(one, "type")), None
    )
    return place.changed(place.tree.replaced(holder or place.value, words))


def write_where_it_belongs(
    place: Place, owner: str | None, key: str, value: str, there: str | None
) -> Sources:
    """The key is moved: into its owner, or with its owner, which is written with it."""
    stage_of = {
        "optimizer": "train.optimizer",
        "dataset": "load_data.dataset",
        "loss": "train.loss",
    }
    path = stage_of.get(owner or "", owner)
    is_type = isinstance(place.node, ScalarNode) and place.value is place.node
    without = leave_key_out(place, key) if is_type else leave_pair_out(place)
    return without.with_override(
        f"{'.'.join(filter(None, [path, key if there or not path else '']))}={value}"
    )


def either_in_stage(place: Place, key: str, one: str, other: str, stage: str) -> list[Sources]:
    return [set_in_stage(place, key, value, stage) for value in (one, other)]


def write_two_pairs(place: Place, *pairs: str) -> Sources:
    """Both are there already; the first is the one that is pointed at."""
    tree, (key, value, other, its_value) = place.tree, pairs
    mapping = tree.mapping_with(other, place.begin)
    assert mapping is not None
    again = Text(tree.with_pair(mapping, other, its_value))
    inner = again.mapping_with(key, place.begin)
    assert inner is not None
    return place.changed(again.with_pair(inner, key, value))


def write_pair_and_declare(place: Place, key: str, value: str, *declared: str) -> Sources:
    declared_key, share, stage = declared
    return write_pair(place, key, value).with_override(f"{stage}.{declared_key}={share}")


def leave_key_out_and_write_pair(place: Place, without: str, key: str, value: str) -> Sources:
    mapping = place.tree.mapping_with(without, place.begin)
    assert mapping is not None
    again = Text(place.tree.without_pair(mapping, without))
    around = again.around(place.tree.begin(mapping))
    inner = next(one for one in around if isinstance(one, MappingNode))
    return place.changed(again.with_pair(inner, key, value))


def write_list(place: Place, words: str) -> Sources:
    items = next(one for one in place.tree.around(place.begin) if isinstance(one, SequenceNode))
    return place.changed(place.tree.replaced(items, words))


def set_in_stage(place: Place, key: str, value: str, stage: str) -> Sources:
    return place.sources.with_override(f"{stage}.{key}={value}")


def write_pair_words(place: Place, words: str) -> Sources:
    """In place of the whole pair."""
    tree = place.tree
    for one in tree.around(place.begin):
        if isinstance(one, MappingNode):
            for key, value in one.value:
                if tree.begin(key) == place.begin:
                    last = max(tree.end(key) + 1, tree.end(value))
                    return place.changed(place.text[: place.begin] + words + place.text[last:])
    raise AssertionError("no key begins there")


def take_back(place: Place, pair: str) -> Sources:
    """Beside the override `train.steps=10`, the pair `epochs: null`."""
    path, _, _ = place.text.partition("=")
    key, _, value = pair.partition(": ")
    return place.sources.with_override(f"{path.rpartition('.')[0]}.{key}={value}")


def name_as_type(place: Place, name: str) -> Sources:
    """`{SGD: {lr: 0.1}}` becomes `{type: SGD, lr: 0.1}`."""
    tree = place.tree
    for one in tree.around(place.begin):
        if isinstance(one, MappingNode) and (pair := tree.pair(one, name)):
            inner = pair[1].value if isinstance(pair[1], MappingNode) else []
            arguments = "".join(f", {tree.words(key)}: {tree.words(value)}" for key, value in inner)
            return place.changed(tree.replaced(one, f"{{type: {name}{arguments}}}"))
    raise AssertionError(f"no {name} is a key there")


def write_pair_to_item(place: Place, key: str, value: str, name: str) -> Sources:
    items, _ = item_at(place)
    tree = place.tree
    item = next(one for one in items.value if name in tree.words(one))
    return place.changed(tree.with_pair(item, key, value))


def write_pair_or_in_data(place: Place, key: str, value: str) -> Sources:
    if place.tree.mapping_with(key, place.begin):
        return write_pair(place, key, value)
    return set_in_stage(place, key, value, "load_data")


def use_name(place: Place, name: str) -> Sources:
    """In place of the name of the component that is pointed at."""
    tree, value = place.tree, place.value
    type_ = tree.pair(value, "type")
    return place.changed(tree.replaced(type_[1] if type_ else value, name))
