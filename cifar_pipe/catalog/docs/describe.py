"""The catalogue in words, for the terminal and for docs/components.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from cifar_pipe.catalog.core.component_keys import common_keys
from cifar_pipe.catalog.core.entry import KINDS, REQUIRED, Arg, Entry, Kind, Table
from cifar_pipe.catalog.core.facts import LossFacts, SchedulerFacts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.core.types import describe as type_words
from cifar_pipe.catalog.core.types import many as plural
from cifar_pipe.catalog.docs.example import example_line, yaml_value

Nearest = Callable[[str, Iterable[str]], str | None]

# A search finds pool by pooling, and augment by augmentations.
_ENDINGS = re.compile(r"(?:ing|ation|er|e)?s?$")
_LONG, _SHORTEST_SEARCH = 6, 3

# Stands for a space at which a line must not be broken.
_HELD = "\N{NO-BREAK SPACE}"

_ABOUT: Mapping[Kind, str] = {
    "dataset": "where images and labels come from",
    "transform": "what is done to images, in order",
    "layer": "what a network is made of",
    "initializer": "how a layer's parameters begin",
    "loss": "what the training makes small",
    "optimizer": "how the training changes the weights",
    "scheduler": "how the learning rate changes as it goes",
    "metric": "what evaluate measures",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer; where nothing of that name was found, what there is stands on further lines."""

    text: str
    found: bool = True


def tell(
    kind: str | None = None, name: str | None = None, *, nearest: Nearest, width: int = 80
) -> Answer:
    """What `cifar-pipe components [KIND] [NAME]` shows; a name is found without its kind too.

    What is no name is searched for in names and summaries.
    """
    if kind is None:
        return Answer(kinds_text(width=width))
    known = _kind(kind)
    if known is None:
        return (
            _report_name(KINDS, kind, nearest, width) if name is None else _no_kind(kind, nearest)
        )
    if name is None:
        return Answer(kind_text(known, width=width))
    return _report_name((known,), name, nearest, width)


def kinds_text(*, width: int = 80) -> str:
    rows = {str(kind): f"{len(table_of(kind).entries):4}  {_ABOUT[kind]}" for kind in KINDS}
    shown = _rows(rows, width)
    return f"{shown}\n\n`cifar-pipe components KIND` lists the names of a kind."


def kind_text(kind: Kind, *, width: int = 80) -> str:
    """The kind's names with one line each, and how many of the others are left out."""
    table = table_of(kind)
    shown = _rows({name: entry.summary for name, entry in table.entries.items()}, width)
    lines = [shown, ""]
    if table.left_out:
        lines.append(f"Left out, each with a reason: {len(table.left_out)}.")
    lines.append(f"`cifar-pipe components {kind} NAME` tells more of one.")
    return "\n".join(lines)


def component_text(entry: Entry, *, width: int = 80) -> str:
    """The component with its arguments, their types, defaults and meanings, and where it is from."""
    parts = [f"{entry.name} ({entry.kind})", _folded(entry.summary, width)]
    parts.append("\n".join(_wrapped(example_line(entry), width, "  ", " " * 4)))
    arguments = _arguments(entry, width)
    parts.append("\n".join(arguments) if arguments else "It takes no arguments.")
    if entry.link:
        parts.append(entry.link)
    return "\n\n".join(parts)


# ---- finding ----------------------------------------------------------------------------------


def _kind(word: str) -> Kind | None:
    return next((kind for kind in KINDS if word.lower() in (kind, plural(kind))), None)


def _report_name(kinds: tuple[Kind, ...], name: str, nearest: Nearest, width: int) -> Answer:
    tables = [table_of(kind) for kind in kinds]
    for table in tables:
        if name in table.entries:
            return Answer(component_text(table.entries[name], width=width))
    for table in tables:
        if name in table.left_out:
            reason = f"{name} is not among the {plural(table.kind)}: {table.left_out[name]}."
            return Answer(_folded(reason, width))
    if hits := _search(tables, name):
        return Answer(_hits_text(hits, name, width))
    return Answer(_unknown(tables, name, nearest), found=False)


def _search(tables: list[Table], word: str) -> list[Entry]:
    """The components whose name or summary has the word, those first whose name has it."""
    stem = _ENDINGS.sub("", word.casefold()) if len(word) >= _LONG else word.casefold()
    if len(stem) < _SHORTEST_SEARCH:
        return []
    entries = [entry for table in tables for entry in table.entries.values()]
    named = [one for one in entries if stem in one.name.casefold()]
    told = [one for one in entries if one not in named and stem in one.summary.casefold()]
    return named + told


def _hits_text(hits: list[Entry], word: str, width: int) -> str:
    rows = {entry.name: f"{entry.kind:11}  {entry.summary}" for entry in hits}
    more = f"`cifar-pipe components {hits[0].name}` tells more of one."
    return f"{len(rows)} with `{word}`:\n\n{_rows(rows, width)}\n\n{more}"


def _unknown(tables: list[Table], name: str, nearest: Nearest) -> str:
    what = tables[0].kind if len(tables) == 1 else "kind or component"
    known = [one for table in tables for one in (*table.entries, *table.left_out)]
    near = nearest(name, known if len(tables) == 1 else [*KINDS, *known])
    kinds = "" if len(tables) == 1 else f"\nthe kinds are {', '.join(KINDS)}"
    return f"there is no {what} `{name}`" + (f"\ndid you mean `{near}`?" if near else kinds)


def _no_kind(word: str, nearest: Nearest) -> Answer:
    near = nearest(word, KINDS)
    more = f"did you mean `{near}`?" if near else f"the kinds are {', '.join(KINDS)}"
    return Answer(f"there is no kind `{word}`\n{more}", found=False)


# ---- words ------------------------------------------------------------------------------------


def _arguments(entry: Entry, width: int) -> list[str]:
    """The component's own arguments, and then the keys that all of its kind take."""
    own = [
        _argument(name, arg.type, _default(arg), arg.description, width)
        for name, arg in entry.args.items()
    ]
    for name, field in common_keys(entry).model_fields.items():
        usual = _usual(entry, name)
        words = "optional" if usual is None else f"default {yaml_value(usual)}"
        own.append(_argument(name, field.annotation, words, field.description or "", width))
    return own


def _usual(entry: Entry, key: str) -> str | None:
    """What one of the keys beside the arguments is where it is not written."""
    match key, entry.facts:
        case "target", LossFacts(target=usual):
            return usual
        case "per", SchedulerFacts(per=usual):
            return usual
        case _:
            return None


def _default(arg: Arg) -> str:
    if arg.inferred:
        return "inferred"
    return "required" if arg.default is REQUIRED else f"default {yaml_value(arg.default)}"


def _argument(name: str, type_: Any, default: str, description: str, width: int) -> str:
    lines = _wrapped(f"{name}: {type_words(type_)}; {default}", width, "  ", " " * 6)
    return "\n".join(lines + _wrapped(description, width, " " * 6, " " * 6))


def _folded(text: str, width: int) -> str:
    return "\n".join(_wrapped(text, width))


def _rows(rows: Mapping[str, str], width: int) -> str:
    """Names and what is said of them in two columns, the second folded."""
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


# ---- docs/components.md -----------------------------------------------------------------------


def components_markdown() -> str:
    """The whole of docs/components.md."""
    head = (
        "# Components\n\nWhat a pipeline may name. Made from the catalogue's tables: edit those.\n"
    )
    contents = "".join(f"- [{plural(kind)}](#{plural(kind)}): {_ABOUT[kind]}\n" for kind in KINDS)
    return "\n".join([head, contents, *(markdown(kind) for kind in KINDS)])


def markdown(kind: Kind) -> str:
    """One kind: each component with its arguments, and what is left out with the reasons."""
    table = table_of(kind)
    parts = [f"## {plural(kind)}\n", *map(_component_markdown, table.entries.values())]
    if table.left_out:
        by_reason: dict[str, list[str]] = {}
        for name, reason in table.left_out.items():
            by_reason.setdefault(reason, []).append(f"`{name}`")
        rows = [f"- {', '.join(names)}: {reason}" for reason, names in by_reason.items()]
        parts.append("\n".join([f"### {plural(kind)} that are left out\n", *rows, ""]))
    return "\n".join(parts)


def _component_markdown(entry: Entry) -> str:
    name = f"[{entry.name}]({entry.link})" if entry.link else entry.name
    lines = [f"### {name}\n", f"{_cell(entry.summary)}\n", f"```yaml\n{example_line(entry)}\n```\n"]
    if entry.args:
        lines += ["| argument | takes | default | |", "|---|---|---|---|"]
        lines += [
            f"| `{key}` | {_cell(type_words(arg.type))} | {_default(arg).removeprefix('default ')} "
            f"| {_cell(arg.description)} |"
            for key, arg in entry.args.items()
        ]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
