"""The catalogue in words, for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap

from cifar_pipe.catalog.core.annotations import type_of
from cifar_pipe.catalog.core.entry import REQUIRED, Arg, Entry, Kind
from cifar_pipe.catalog.core.facts import LossFacts, SchedulerFacts
from cifar_pipe.catalog.core.lookup import common_keys
from cifar_pipe.catalog.core.types import describe as type_words
from cifar_pipe.catalog.docs.example import example_line, yaml_value

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
    "tracker": "which tools are told of a run as well: its curves, settings, metrics and pictures",
}

# At this space a line must not be broken.
_HELD = "\N{NO-BREAK SPACE}"


def default_words(arg: Arg) -> str:
    if arg.inferred:
        return "inferred"
    return "required" if arg.default is REQUIRED else f"default {yaml_value(arg.default)}"


def component_page(entry: Entry, width: int) -> str:
    """The component with its arguments, the keys that all of its kind take, and where it is from."""
    rows = [
        (name, type_words(arg.type), default_words(arg), arg.description)
        for name, arg in entry.args.items()
    ]
    for name, field in common_keys(entry).model_fields.items():
        usual = _usual(entry, name)
        words = "optional" if usual is None else f"default {yaml_value(usual)}"
        rows.append((name, type_words(type_of(field)), words, field.description or ""))
    arguments = keys_text(rows, width)
    parts = [
        [f"{entry.name} ({entry.kind})"],
        wrapped(entry.summary, width),
        wrapped(example_line(entry), width, "  ", " " * 4),
        arguments or ["It takes no arguments."],
        [entry.link] if entry.link else [],
    ]
    return page(parts)


def page(parts: Iterable[Sequence[str]]) -> str:
    """Paragraphs of lines, apart; those without lines are left out."""
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def keys_text(keys: Iterable[tuple[str, str, str, str]], width: int) -> list[str]:
    """Each key with what it takes, its default and, below that, what it means."""
    lines = []
    for name, takes, default, description in keys:
        lines += wrapped(f"{name}: {takes}; {default}", width, "  ", " " * 6)
        lines += wrapped(description, width, " " * 6, " " * 6)
    return lines


def _usual(entry: Entry, key: str) -> str | None:
    """What one of the keys beside the arguments is where it is not written."""
    match key, entry.facts:
        case "target", LossFacts(target=usual):
            return usual
        case "per", SchedulerFacts(per=usual):
            return usual
        case _:
            return None


def two_columns(rows: Mapping[str, str], width: int) -> str:
    """Names and their texts in two columns, the second wrapped."""
    column = max(map(len, rows), default=0) + 2
    return "\n".join(
        line
        for name, text in rows.items()
        for line in wrapped(text, width, name.ljust(column), " " * column)
    )


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `width`; a shape in brackets stays on one line."""
    held = re.sub(r"\[[^]]*\]", lambda shape: shape[0].replace(" ", _HELD), text)
    lines = wrap(held, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(_HELD, " ") for line in lines]
