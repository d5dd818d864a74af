"""Lines with ASCII where YAML has a meaning for it, and all other text as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cifar_pipe.diagnostics.confusables import as_ascii

_KEY_BEFORE = re.compile(r"(?:^|[\s{,-])[A-Za-z_][\w.-]*\s*\Z", re.ASCII)
_LONGEST_KEY = 60
_OPENS_VALUE = frozenset(":,[{-")


def plain_line(line: str, *, wide: int = 1) -> str:
    """The line with what only looks like spaces, colons, commas, brackets, quotes and the dash of an
    item as what it looks like. Quoted text and comments stay.

    `wide` is how many spaces an ideographic one stands for where it indents.
    """
    if line.isascii():
        return line
    length = next((at for at, one in enumerate(line) if not _is_blank(one)), len(line))
    indent = "".join(" " * wide if one == "\u3000" else _spaced(one) for one in line[:length])
    rest = line[length:]
    if rest and not rest[0].isascii() and as_ascii(rest[0]) == "-" and not rest[1:2].isdigit():
        after = rest[1:].lstrip()
        indent, rest = f"{indent}- ", after
    return indent + "".join(_plain(rest))


def _is_blank(character: str) -> bool:
    return character == " " or as_ascii(character) in (" ", "")


def _spaced(character: str) -> str:
    ascii_ = as_ascii(character)
    return character if ascii_ is None else ascii_


def _plain(text: str) -> Iterator[str]:
    quote, last, written = "", "", ""
    for place, character in enumerate(text):
        following = text[place + 1 : place + 2]
        if quote:
            part = _spaced(character) if character == quote else character
            quote = "" if character == quote else quote
        elif character == "#" and (not written or written[-1].isspace()):
            yield text[place:]
            return
        else:
            part = _part(character, following, last, written)
            if part in ("'", '"') and (not last or last in _OPENS_VALUE):
                quote = character if character == part else _closing(character)
        yield part
        written = (written + part)[-_LONGEST_KEY:]
        last = part.strip()[-1:] or last


def _closing(quote: str) -> str:
    """The other one of a pair of quotation marks."""
    return {"\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb"}.get(quote, quote)


def _part(character: str, following: str, last: str, written: str) -> str:
    ascii_ = as_ascii(character)
    if ascii_ is None:
        return character
    if ascii_ in ("", " ") or ascii_ in ",[]{}":
        return ascii_
    if ascii_ == ":" and _KEY_BEFORE.search(written):
        is_joined = following and not (following.isspace() or as_ascii(following) == " ")
        return ": " if is_joined else ":"
    if ascii_ in "'\"" and (not last or last in _OPENS_VALUE):
        return ascii_
    return character
