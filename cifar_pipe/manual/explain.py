"""What `cifar-pipe components` answers, for the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.lookup import entries_of, names_of, refused, table_of
from cifar_pipe.catalog.core.types import many as plural
from cifar_pipe.catalog.docs.describe import (
    ABOUT,
    component_page,
    keys_text,
    page,
    two_columns,
    wrapped,
)
from cifar_pipe.diagnostics.suggest import nearest, some
from cifar_pipe.manual.search import KEY, Topic, search, topics
from cifar_pipe.manual.sections import STAGE, TOP_LEVEL, sections
from cifar_pipe.stages.registry import refused as refused_stages

_LISTED = (*KINDS, STAGE)
_STAGES_ARE = "what a pipeline does, in its order"
_MOST_TAKERS = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer; where nothing of that name was found, further lines suggest what to ask for."""

    text: str
    found: bool = True


def explain(*words: str, width: int = 80) -> Answer:
    """What `cifar-pipe components [KIND] [NAME]` shows; a name is found without its kind too.

    Any other words are searched for: in names, in what people call things, and in summaries.
    """
    if not words:
        return Answer(_overview(width))
    kind = next((one for one in _LISTED if words[0].lower() in (one, plural(one))), None)
    name = " ".join(words[1:] if kind else words)
    if kind and not name:
        return Answer(_list(kind, width))
    among = [one for one in topics() if kind is None or kind in _kinds_of(one)]
    if known := next((one for one in among if one.name == name), None):
        return Answer(_page(known, width))
    if reason := _left_out(name, kind):
        return Answer("\n".join(wrapped(reason, width)))
    hits = search(name, among)
    takers = [] if kind else _takers(name)
    if len(hits) == 1 and not takers:
        return Answer(_page(hits[0], width))
    if hits or takers:
        return Answer(_hits(hits, takers, name, width))
    return _unknown(kind, name, [one.name for one in among])


def _kinds_of(topic: Topic) -> tuple[str, ...]:
    """The kinds under which it is looked for: a stage's keys among the stages."""
    return (KEY, STAGE) if topic.kind == KEY else (topic.kind,)


def _overview(width: int) -> str:
    rows = {str(kind): f"{len(names_of(kind)):4}  {ABOUT[kind]}" for kind in KINDS}
    stages = [section for section in sections() if section.kind == STAGE]
    rows[STAGE] = f"{len(stages):4}  {_STAGES_ARE}"
    rows |= {one.name: f"      {one.summary}" for one in sections() if one.kind == TOP_LEVEL}
    more = (
        "`cifar-pipe components KIND` lists the names of a kind; any other words are searched for."
    )
    return page([[two_columns(rows, width)], wrapped(more, width)])


def _list(kind: str, width: int) -> str:
    """The kind's names with one line each, and how many others are left out."""
    rows = {one.name: one.summary for one in topics() if one.kind == kind}
    left_out = sum(len(table_of(one).left_out) for one in KINDS if one == kind)
    more = [f"Left out, each with a reason: {left_out}."] if left_out else []
    unusable = dict(refused_stages()) if kind == STAGE else {}
    for one in KINDS:
        unusable |= refused(one) if one == kind else {}
    more += [f"Cannot be used: {name}, {reason}." for name, reason in unusable.items()]
    more.append(f"`cifar-pipe components {kind} NAME` explains one.")
    return page([[two_columns(rows, width)], more])


def _hits(hits: list[Topic], takers: list[str], words: str, width: int) -> str:
    longest = max((len(one.name) for one in hits), default=0)
    rows = {f"{one.name:{longest}}  {one.kind:11}": one.summary for one in hits}
    listed = some(takers, _MOST_TAKERS)
    explained = hits[0].name if hits else takers[0]
    return page(
        [
            [f"{len(hits)} with `{words}`:"] if hits else [],
            [two_columns(rows, width)] if hits else [],
            wrapped(f"`{words}` is an argument of {listed}.", width) if takers else [],
            [f"`cifar-pipe components {explained}` explains one."],
        ]
    )


def _left_out(name: str, kind: str | None) -> str | None:
    """The reason why nothing of that name is there, in letters of any case."""
    for one in (one for one in KINDS if kind in (None, one)):
        for left_out, reason in table_of(one).left_out.items():
            if name.casefold() == left_out.casefold():
                return f"{left_out} is not among the {plural(one)}: {reason}."
    return None


def _takers(argument: str) -> list[str]:
    """The components with an argument of that name."""
    entries = [entry for kind in KINDS for entry in entries_of(kind).values()]
    return [entry.name for entry in entries if argument in entry.args]


def _unknown(kind: str | None, words: str, names: list[str]) -> Answer:
    """Unless one kind was asked for, the first word may be meant as a kind."""
    near = nearest(words, names)
    if kind is None:
        near = nearest(words.partition(" ")[0], _LISTED) or near
    lines = [f"there is no {kind or 'kind or component'} `{words}`"]
    if near:
        lines.append(f"did you mean `{near}`?")
    elif kind is None:
        lines.append(f"the kinds are {', '.join(_LISTED)}")
    return Answer("\n".join(lines), found=False)


def _page(topic: Topic, width: int) -> str:
    match topic.kind:
        case "kind":
            return _list(topic.name, width)
        case "key":
            section, _, key = topic.name.partition(".")
            return _section(section, width, only=key)
        case "stage" | "top level":
            return _section(topic.name, width)
        case _:
            kind: Kind = next(one for one in KINDS if one == topic.kind)
            return component_page(entries_of(kind)[topic.name], width)


def _section(name: str, width: int, *, only: str | None = None) -> str:
    """The mapping with its keys, or with one of them."""
    section = next(one for one in sections() if one.name == name)
    keys = [key for key in section.keys if only in (None, key.name)]
    return page(
        [
            [f"{section.name} ({section.kind})"],
            wrapped(section.summary, width),
            wrapped(section.wiring, width),
            wrapped(section.example, width, "  ", " " * 4),
            keys_text(keys, width),
        ]
    )
