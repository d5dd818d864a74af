"""Text as a terminal shows it: how many columns a character takes, and what must not be sent."""

from __future__ import annotations

import unicodedata

# They change the direction of what follows, so that a line could read as something else.
_BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width_of(text: str) -> int:
    return sum(map(width, text))


def shown(text: str) -> str:
    """The text without what a terminal would obey: escapes become visible pictures of them."""
    return text if text.isascii() and text.isprintable() else "".join(map(_picture, text))


def shown_line(text: str) -> list[str]:
    """What is shown for each character of a source line; tabs become spaces."""
    return ["    " if character == "\t" else _picture(character) for character in text]


def _picture(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "\u2421"
    if character in _BIDIRECTIONAL or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd"
    return character
