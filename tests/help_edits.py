"""What our helps ask for, done to the text: each edit gives the sources as a reader leaves them.

`tests/helps.py` says which words ask for which edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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


# What is written there.


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
    if len(_lines(place)) > 1 and (number := re.match(r"\d+", place.words)):
        like = r"\d+" + re.escape(place.words[number.end() :])
        return _with_lines(place, lambda line: re.sub(like, words, line, count=1))
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


# What is left out.


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
    items, index = _item(place)
    if len(items.value) == 1:
        around = place.tree.around(place.tree.begin(items) - 1)
        outer = next((one for one in around if isinstance(one, SequenceNode)), None)
        if outer is None:
            # The value of a key that may be left out.
            return place.changed(place.tree.without_item(items, index))
        return place.changed(place.tree.without_item(outer, _index(place, outer)))
    return place.changed(place.tree.without_item(items, index))


def _index(place: Place, items: SequenceNode) -> int:
    tree = place.tree
    return next(
        i for i, one in enumerate(items.value) if tree.begin(one) <= place.begin <= tree.end(one)
    )


# What is put above, below or in front.


def _item(place: Place) -> tuple[SequenceNode, int]:
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


def put_item_above(place: Place, words: str) -> Sources:
    items, index = _item(place)
    return place.changed(place.tree.with_item(items, index, words))


def end_layers_with(place: Place, *words: str) -> Sources:
    tree, sources = place.tree, place.sources
    (layers,) = [
        value
        for key, value in _pairs(tree.root)
        if tree.words(key) == "layers" and _is_of_a_stage(tree, key)
    ]
    assert isinstance(layers, SequenceNode)
    text = place.text
    for word in words:
        text = Text(text).with_item(_again(Text(text), layers), 10**6, word)
    return sources.with_text(place.name, place.text, text)


def _again(tree: Text, node: Node) -> SequenceNode:
    """The list of layers of a stage in a text that has changed."""
    return next(
        value
        for key, value in _pairs(tree.root)
        if tree.words(key) == "layers"
        and _is_of_a_stage(tree, key)
        and isinstance(value, SequenceNode)
    )


def _is_of_a_stage(tree: Text, key: Node) -> bool:
    return len([one for one in tree.around(tree.begin(key)) if isinstance(one, MappingNode)]) == 3


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    match node:
        case MappingNode(value=pairs):
            for key, value in pairs:
                yield key, value
                yield from _pairs(value)
        case SequenceNode(value=items):
            for item in items:
                yield from _pairs(item)


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


def _line(place: Place) -> str:
    return place.finding.span.source.lines[place.finding.span.line - 1]


def leave_named_item_out(place: Place, name: str) -> Sources:
    items, index = _item(place)
    assert name in place.tree.words(items.value[index]), f"no {name} there"
    return place.changed(place.tree.without_item(items, index))


def leave_one_of_the_list_out(place: Place, name: str) -> Sources:
    items, _ = _item(place)
    index = next(i for i, one in enumerate(items.value) if name in place.tree.words(one))
    return place.changed(place.tree.without_item(items, index))


def move_item_to_the_end(place: Place) -> Sources:
    items, index = _item(place)
    words = place.tree.words(items.value[index])
    again = Text(place.tree.without_item(items, index), place.tree.offset)
    return place.changed(again.with_item(_same_list(again, place.begin), 10**6, words))


def move_item_above(place: Place, name: str) -> Sources:
    items, index = _item(place)
    tree = place.tree
    words = tree.words(items.value[index])
    other = next(i for i, one in enumerate(items.value) if name in tree.words(one))
    text = tree.without_item(items, index)
    again = Text(text, tree.offset)
    return place.changed(again.with_item(_same_list(again, place.begin), other, words))


def _same_list(tree: Text, place: int) -> SequenceNode:
    return next(one for one in tree.around(place) if isinstance(one, SequenceNode))


def quote(place: Place, words: str) -> Sources:
    """A key or a value."""
    return (
        write_value(place, words) if "key" not in place.finding.message else place.with_words(words)
    )


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
    items, _ = _item(place)
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


def leave_key_out_anywhere(place: Place, key: str) -> Sources:
    tree = place.tree
    holder = next(one for one, _ in _pairs(tree.root) if tree.words(one) == key)
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


def put_item_at_the_end(place: Place, words: str) -> Sources:
    items, _ = _item(place)
    return place.changed(place.tree.with_item(items, len(items.value), words))


def put_into_list(place: Place, words: str) -> Sources:
    assert isinstance(place.value, SequenceNode)
    return place.changed(place.tree.with_item(place.value, 0, words))


def quote_words(place: Place) -> Sources:
    return place.with_words(_quoted(place.words))


def quote_value(place: Place) -> Sources:
    """What follows the key on the line, up to a comment or to the end of its braces."""
    line = _line(place)
    match = re.match(r"(\s*(?:- )?[\w-]+: )(.*?)(\s+#.*)?$", line)
    assert match is not None
    before, value, comment = match[1], match[2], match[3] or ""
    lines = place.text.splitlines(keepends=True)
    number = place.finding.span.line - 1
    lines[number] = f"{before}{_quoted(value)}{comment}\n"
    return place.changed("".join(lines))


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def leave_quotes_out(place: Place) -> Sources:
    return place.with_words(re.sub(r"['\"]", "", place.words))


def single_quotes(place: Place) -> Sources:
    first, last = place.text.rindex('"', 0, place.begin), place.text.index('"', place.end)
    inner = place.text[first + 1 : last]
    return place.changed(f"{place.text[:first]}'{inner}'{place.text[last + 1 :]}")


def add_at_the_end_of_the_line(place: Place, mark: str) -> Sources:
    at = place.text.find("\n", place.begin)
    at = len(place.text) if at < 0 else at
    return place.changed(place.text[:at] + mark + place.text[at:])


def begin_on_the_next_line(place: Place) -> Sources:
    line = _line(place)
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return place.with_words(f"\n{indent}{place.words}")


def replace_character(place: Place, number: str, words: str | None = None) -> Sources:
    """In the words that are pointed at; else the last in the text above them, or the next one."""
    character = chr(int(number, 16))
    words = (
        words if words is not None else " " if "plain space" in (place.finding.help or "") else ""
    )
    if character in place.words:
        return place.with_words(place.words.replace(character, words))
    lines = place.text.splitlines(keepends=True)
    number_of_line = place.finding.span.line - 1
    for index in (number_of_line, number_of_line - 1):
        if character in lines[index]:
            lines[index] = lines[index].replace(character, words)
            break
    return place.changed("".join(lines))


def delete_line(place: Place) -> Sources:
    lines = place.text.splitlines(keepends=True)
    del lines[place.finding.span.line - 1]
    return place.changed("".join(lines))


# In several lines: those that a note lists are like the one that is pointed at.


def _lines(place: Place) -> list[int]:
    """The indices of the line that is pointed at and of those that a note lists."""
    listed = [int(n) - 1 for note in place.finding.notes for n in _listed(note)]
    return [place.finding.span.line - 1, *listed]


def _listed(note: str) -> list[str]:
    found = re.search(r" in lines? ([\d, ]+)", note)
    return re.findall(r"\d+", found[1]) if found else []


def _and_more(place: Place) -> bool:
    return any(re.search(r" in lines .* and \d+ more", note) for note in place.finding.notes)


def _with_lines(place: Place, change: Callable[[str], str]) -> Sources:
    """Where a note gives up listing, a reader does the same to all that look alike."""
    lines = place.text.splitlines(keepends=True)
    for index in range(len(lines)) if _and_more(place) else _lines(place):
        lines[index] = change(lines[index])
    return place.changed("".join(lines))


def delete_lines(place: Place) -> Sources:
    assert not _and_more(place)
    return _with_lines(place, lambda _: "")


def begin_lines_with(place: Place, mark: str) -> Sources:
    assert not _and_more(place)
    return _with_lines(place, lambda line: mark + line)


def delete_words(place: Place) -> Sources:
    """Numbers of lines differ; what is behind them does not."""
    if not _listed("".join(place.finding.notes)):
        return place.with_words("")
    number = re.fullmatch(r"\s*\d+(.*)", place.words)
    words = r"\s*\d+" + re.escape(number[1]) if number else re.escape(place.words)
    return _with_lines(place, lambda line: re.sub(rf"^{words}", "", line))


def replace_characters(place: Place, number: str, words: str) -> Sources:
    return _with_lines(place, lambda line: line.replace(chr(int(number, 16)), words))


def write_spaces(place: Place, number: str, count: str) -> Sources:
    character = chr(int(number, 16))
    width = int(count) // place.words.count(character)
    return replace_characters(place, number, " " * width)


def write_plain_words(place: Place, number: str, words: str) -> Sources:
    """In the other lines the character becomes what it becomes in the words that are given."""
    before, character, after = place.words.partition(chr(int(number, 16)))
    if len(_lines(place)) == 1 or not character:
        return place.with_words(words)
    return replace_characters(place, number, words[len(before) : len(words) - len(after)])


def keep_one_side(place: Place) -> list[Sources]:
    conflict = r"(?ms)^<{7}[^\n]*\n(.*?)^={7}[^\n]*\n(.*?)^>{7}[^\n]*\n"
    return [place.changed(re.sub(conflict, side, place.text)) for side in (r"\1", r"\2")]


def apply_the_diff(place: Place) -> Sources:
    kept = re.sub(r"(?m)^(?:@@|diff |index |--- |\+\+\+ |-(?!--)).*\n", "", place.text)
    return place.changed(re.sub(r"(?m)^\+", "", kept))


def save_as_utf_8(place: Place) -> Sources:
    raw = place.sources.files[place.name]
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    files = {**place.sources.files, place.name: raw.decode(encoding).encode()}
    return replace(place.sources, files=files)


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
