"""The nearest right word, for findings that name a wrong one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from cifar_pipe.diagnostics.other_words import habits, letters

_SHORTEST_PART = 4


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was probably meant, or None.

    Tried in order: the same letters except for case, `_` and `-`; what other tools call it; the
    beginning or end of a name (`crossentropy`), of several the one for images; finally the fewest
    typing mistakes, at most about one for every three letters. Of a dotted path the last name counts.
    """
    allowed = list(allowed)
    # With more names than people write no nearest one is looked for: it would take too long.
    if len(allowed) > 500:
        return None
    return same_word(word, allowed) or habit(word, allowed) or similar(word, allowed)


def same_word(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word with the same letters except for case, `_` and `-`."""
    wanted = letters(word)
    return next((name for name in allowed if wanted and letters(name) == wanted), None)


def habit(word: str, allowed: Collection[str]) -> str | None:
    """What is allowed here of our words for a word of other tools."""
    return next((name for name in habits().get(letters(word), ()) if name in allowed), None)


def similar(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that is a part of this one, that this one is a part of, or nearly is."""
    wanted, names = letters(word), {name: letters(name) for name in allowed}
    if not wanted:
        return None
    if found := _by_part(wanted, names):
        return found[0]
    module, dot, name = word.rpartition(".")
    return nearest(name, names) if dot and module else _by_typos(wanted, names)


def meant(word: str, allowed: Iterable[str]) -> str | None:
    """'did you mean `lr`?', or None where none is near."""
    found = nearest(word, allowed)
    return f"did you mean `{found}`?" if found else None


def did_you_mean(word: str, allowed: Iterable[str]) -> str | None:
    """'did you mean `lr`?', or the allowed words where none is near and they are few, or None."""
    names = list(allowed)
    return meant(word, names) or allowed_are(names)


def allowed_are(allowed: Iterable[str]) -> str | None:
    """'allowed are: a, b, c', or None where there are none, or too many to read."""
    names = list(allowed)
    return f"allowed are: {', '.join(names)}" if 0 < len(names) <= 10 else None


def distance(one: str, other: str, *, limit: int) -> int:
    """How many letters are missing, too many, wrong, or swapped with their neighbour.

    The optimal string alignment distance; anything above `limit` is returned as limit + 1.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _by_part(wanted: str, names: dict[str, str]) -> list[str]:
    if len(wanted) < _SHORTEST_PART:
        return []
    parts = {
        name: abs(len(one) - len(wanted))
        for name, one in names.items()
        if one.startswith(wanted)
        or one.endswith(wanted)
        or (len(one) >= _SHORTEST_PART and wanted.startswith(one))
    }
    # Of Conv1d, Conv2d and Conv3d the one for images, else the one with the fewest letters more.
    return sorted(parts, key=lambda name: ("2d" not in name, parts[name], name))


def _by_typos(wanted: str, names: dict[str, str]) -> str | None:
    limit = max(1, len(wanted) // 3) if len(wanted) > 1 else 0
    typos = {name: distance(wanted, one, limit=limit) for name, one in names.items()}
    near = [name for name, count in typos.items() if count <= limit and count < len(names[name])]
    return min(near, key=lambda name: (typos[name], name), default=None)


def listed(allowed: Sequence[str]) -> str:
    """'it takes a, b'"""
    return f"it takes {', '.join(allowed)}" if allowed else "it takes none"


def some(words: Sequence[str], most: int = 5) -> str:
    """'a, b and 3 more'"""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")
