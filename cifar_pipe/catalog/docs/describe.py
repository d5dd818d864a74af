"""The catalogue in words, for the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

from cifar_pipe.catalog.core.annotations import type_of
from cifar_pipe.catalog.core.entry import KINDS, REQUIRED, Arg, Entry, Kind, Table
from cifar_pipe.catalog.core.facts import LossFacts, SchedulerFacts
from cifar_pipe.catalog.core.lookup import common_keys, table_of
from cifar_pipe.catalog.core.types import describe as type_words
from cifar_pipe.catalog.core.types import many as plural
from cifar_pipe.catalog.docs.example import example_line, yaml_value
from cifar_pipe.diagnostics.suggest import nearest

ABOUT: Mapping[Kind, str] = {
    "dataset": "where images and labels come from",
    "transform": "what is done to images, in order",
    "sampler": "which training images an epoch takes, and how often",
    "layer": "what a network is made of",
    "initializer": "how a layer's parameters begin",
    "loss": "what the training minimises",
    "optimizer": "how the training changes the weights",
    "scheduler": "how the learning rate changes during the training",
    "averaging": "which average of the weights is taken instead of the last ones",
    "callback": "what watches the training and may end it",
    "metric": "what evaluate measures",
}

# A search finds pool by pooling, and augment by augmentations.
_ENDINGS = re.compile(r"(?:ing|ation|er|e)?s?$")
_LONG, _SHORTEST_SEARCH = 6, 3

# At this space a line must not be broken.
_HELD = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer; where nothing of that name was found, further lines suggest what to ask for."""

    text: str
    found: bool = True


def explain(kind: str | None = None, name: str | None = None, *, width: int = 80) -> Answer:
    """What `cifar-pipe components [KIND] [NAME]` shows; a name is found without its kind too.

    Any other word is searched for in names and summaries.
    """
    if kind is None:
        rows = {str(kind): f"{len(table_of(kind).entries):4}  {ABOUT[kind]}" for kind in KINDS}
        more = "`cifar-pipe components KIND` lists the names of a kind."
        return Answer(f"{_rows(rows, width)}\n\n{more}")
    known = next((one for one in KINDS if kind.lower() in (one, plural(one))), None)
    if known is None and name is not None:
        return _unknown("kind", kind, [])
    if known is None:
        return _find(KINDS, kind, width)
    return Answer(_list(known, width)) if name is None else _find((known,), name, width)


def default_words(arg: Arg) -> str:
    if arg.inferred:
        return "inferred"
    return "required" if arg.default is REQUIRED else f"default {yaml_value(arg.default)}"


def _list(kind: Kind, width: int) -> str:
    """The kind's names with one line each, and how many others are left out."""
    table = table_of(kind)
    lines = [_rows({name: one.summary for name, one in table.entries.items()}, width), ""]
    if table.left_out:
        lines.append(f"Left out, each with a reason: {len(table.left_out)}.")
    return "\n".join([*lines, f"`cifar-pipe components {kind} NAME` explains one."])


def _hits(hits: list[Entry], word: str, width: int) -> str:
    rows = {entry.name: f"{entry.kind:11}  {entry.summary}" for entry in hits}
    more = f"`cifar-pipe components {hits[0].name}` explains one."
    return f"{len(rows)} with `{word}`:\n\n{_rows(rows, width)}\n\n{more}"


def _find(kinds: tuple[Kind, ...], name: str, width: int) -> Answer:
    tables = [table_of(kind) for kind in kinds]
    for table in tables:
        if name in table.entries:
            return Answer(_component(table.entries[name], width))
    for table in tables:
        if name in table.left_out:
            reason = f"{name} is not among the {plural(table.kind)}: {table.left_out[name]}."
            return Answer("\n".join(_wrapped(reason, width)))
    if hits := _search(tables, name):
        return Answer(_hits(hits, name, width))
    names = [one for table in tables for one in (*table.entries, *table.left_out)]
    return _unknown(kinds[0] if len(kinds) == 1 else "kind or component", name, names)


def _search(tables: list[Table], word: str) -> list[Entry]:
    """The components with the word in their name, then those with the word in their summary."""
    stem = _ENDINGS.sub("", word.casefold()) if len(word) >= _LONG else word.casefold()
    if len(stem) < _SHORTEST_SEARCH:
        return []
    entries = [entry for table in tables for entry in table.entries.values()]
    by_name = [one for one in entries if stem in one.name.casefold()]
    by_summary = [one for one in entries if stem in one.summary.casefold() and one not in by_name]
    return by_name + by_summary


def _unknown(what: str, word: str, names: list[str]) -> Answer:
    """`names` are those that may be meant; unless one kind was asked for, it may be a kind too."""
    near = nearest(word, names)
    if what not in KINDS:
        near = nearest(word, KINDS) or near
    lines = [f"there is no {what} `{word}`"]
    if near:
        lines.append(f"did you mean `{near}`?")
    elif what not in KINDS:
        lines.append(f"the kinds are {', '.join(KINDS)}")
    return Answer("\n".join(lines), found=False)


def _component(entry: Entry, width: int) -> str:
    """The component with its arguments, the keys that all of its kind take, and where it is from."""
    rows = [
        (name, arg.type, default_words(arg), arg.description) for name, arg in entry.args.items()
    ]
    for name, field in common_keys(entry).model_fields.items():
        usual = _usual(entry, name)
        words = "optional" if usual is None else f"default {yaml_value(usual)}"
        rows.append((name, type_of(field), words, field.description or ""))
    arguments = []
    for name, type_, default, description in rows:
        head = f"{name}: {type_words(type_)}; {default}"
        arguments += _wrapped(head, width, "  ", " " * 6)
        arguments += _wrapped(description, width, " " * 6, " " * 6)
    parts = [
        [f"{entry.name} ({entry.kind})"],
        _wrapped(entry.summary, width),
        _wrapped(example_line(entry), width, "  ", " " * 4),
        arguments or ["It takes no arguments."],
        [entry.link] if entry.link else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _usual(entry: Entry, key: str) -> str | None:
    """What one of the keys beside the arguments is where it is not written."""
    match key, entry.facts:
        case "target", LossFacts(target=usual):
            return usual
        case "per", SchedulerFacts(per=usual):
            return usual
        case _:
            return None


def _rows(rows: Mapping[str, str], width: int) -> str:
    """Names and their texts in two columns, the second wrapped."""
    column = max(map(len, rows), default=0) + 2
    return "\n".join(
        line
        for name, text in rows.items()
        for line in _wrapped(text, width, name.ljust(column), " " * column)
    )


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `width`; a shape in brackets stays on one line."""
    held = re.sub(r"\[[^]]*\]", lambda shape: shape[0].replace(" ", _HELD), text)
    lines = wrap(held, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(_HELD, " ") for line in lines]
