"""The setting `classes`: new names of a dataset's classes, as a list by position, or as a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import did_you_mean, some
from cifar_pipe.syntax.writer import to_yaml

ClassNames = Sequence[str] | Mapping[str, str]
"""A list has a name for each class, in the order of the labels; a mapping from a class's own name
to the new one leaves the others as they are.
"""

_MOST_SHOWN = 12


def renamed(own: Sequence[str], names: ClassNames | None) -> tuple[str, ...]:
    """The names of the classes whose own names these are."""
    if isinstance(names, Mapping):
        return tuple(names.get(one, one) for one in own)
    return tuple(own if names is None else names)


def naming_problems(
    own: Sequence[str] | None, count: int | None, names: ClassNames | None
) -> Iterator[Problem]:
    """What is wrong with `names`, with paths below the stage; as far as `own`, the names of the
    classes themselves, or their `count` are known.
    """
    if names is not None and not names:
        help_ = "name every class, or leave classes out"
        yield Problem("classes is empty", ("classes",), "classes", help_)
    elif isinstance(names, Mapping):
        if own is not None:
            yield from _of_mapping(own, names)
    elif names is not None:
        twice = list(_twice(names))
        yield from twice
        if count not in (None, len(names)):
            notes = (f"they are {', '.join(own)}",) if own and len(own) <= 20 else ()
            message = f"classes names {len(names)}, the dataset has {count}"
            help_ = "name every class, or leave classes out"
            yield Problem(message, ("classes",), "classes", help_, notes)
        elif own is not None and not twice:
            yield from _of_positions(own, names)


def _twice(names: Sequence[str]) -> Iterator[Problem]:
    for position, name in enumerate(names):
        if name in names[:position]:
            message = f"the class `{name}` appears twice"
            yield Problem(message, ("classes", position), "classes")


def _of_mapping(own: Sequence[str], names: Mapping[str, str]) -> Iterator[Problem]:
    free = [one for one in own if one not in names]
    unknown = [name for name in names if name not in own]
    for name in unknown:
        keep = f"not named in classes: {some(free, _MOST_SHOWN)}"
        message = f"classes renames `{name}`, and no class has that name"
        help_ = did_you_mean(name, free) or did_you_mean(name, own)
        if names[name] in own:
            help_ = f"write the class's own name first: {_pair(names[name], name)}"
        yield Problem(message, ("classes", name), "classes", help_, (keep,) if free else ())
    for name in [] if unknown else names:
        other = next((one for one in own if one != name and names.get(one, one) == names[name]), "")
        if other and (other not in names or own.index(other) < own.index(name)):
            message = f"two classes would be called `{names[name]}`: `{other}` and `{name}`"
            yield Problem(message, ("classes", name), "classes", "give each a name of its own")


def _of_positions(own: Sequence[str], names: Sequence[str]) -> Iterator[Problem]:
    """A list that has the names of other classes than those at its positions."""
    wrong = next((at for at, name in enumerate(names) if _is_of_another(own, at, name)), None)
    notes = _side_by_side(own, names)
    keep = "leave classes out, and each class keeps its own name"
    if wrong is not None:
        message = f"`{names[wrong]}` names the class `{own[wrong]}` here: a list names by position"
        help_ = f"{keep}; a mapping renames by name: classes: {{{own[0]}: NAME}}"
        yield Problem(message, ("classes", wrong), "classes", help_, notes)
        return
    by_number = sorted(own, key=_by_number)
    if list(own) == sorted(own) != by_number and [*map(_letters, own)] != [*map(_letters, names)]:
        order = f"the classes are in the order of text: {some(own)}"
        message = f"{order}; a list would name them so, and not by their numbers"
        pairs = [_pair(*pair) for pair in zip(by_number, names, strict=True)]
        more = ["…"] if len(pairs) > _MOST_SHOWN else []
        mapping = ", ".join([*pairs[:_MOST_SHOWN], *more])
        yield Problem(
            message, ("classes",), "classes", f"write a mapping: classes: {{{mapping}}}", notes
        )


def _pair(own: str, name: str) -> str:
    """`"0": zero`, as it stands in a mapping within braces."""
    return to_yaml({"classes": {own: name}}).strip().removeprefix("classes: {").removesuffix("}")


def _is_of_another(own: Sequence[str], position: int, name: str) -> bool:
    """Whether another class than that at the position has the name, give or take case and `_`."""
    if name == own[position]:
        return False
    letters, own_letters = _letters(name), [_letters(one) for one in own]
    alike = bool(letters) and letters in own_letters and letters != own_letters[position]
    return name in own or alike


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _by_number(name: str) -> list[tuple[int, str]]:
    """Sorts class2 before class10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _side_by_side(own: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Both lists, the names of one class below each other."""
    pairs = list(zip(own, names, strict=True))[:_MOST_SHOWN]
    more = [f"and {len(own) - len(pairs)} more"] if len(own) > len(pairs) else []
    widths = [max(map(len, pair)) for pair in pairs]
    rows = ("in the data:", *own[: len(pairs)]), ("in classes:", *names[: len(pairs)])
    return tuple(
        "  ".join(
            [
                f"{head:12}",
                *(f"{one:{width}}" for one, width in zip(row, widths, strict=True)),
                *more,
            ]
        ).rstrip()
        for head, *row in rows
    )
