"""Text as a terminal shows it: how many columns a character takes, and what must not be sent."""

from __future__ import annotations

import re
import unicodedata

# They change the direction of what follows, so that a line could read as something else.
_BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"

# Control characters, halves of surrogate pairs, and what ends a line or a paragraph.
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A space where a line may end.
_BREAK = re.compile(r"(?<!-S) (?!%)")


def width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width_of(text: str) -> int:
    """The columns of a text, in which several characters may be shown as one."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 (10 ms, which most texts do not need)

    return cell_len(text)


def padded(text: str, columns: int) -> str:
    """With spaces at its end, so that it takes at least so many columns."""
    return text + " " * (columns - width_of(text))


def wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """Lines broken at spaces, all but the first after `indent` more than what the text begins with; a
    longer word stays whole, and so do `7 %` and `-S train.epochs=2`. Colours take no columns.
    """
    if width_of(_COLOUR.sub("", text)) <= columns:
        return [text]
    beginning = text[: len(text) - len(text.lstrip(" "))]
    found, line = [], beginning
    for word in _BREAK.split(text.lstrip(" ")):
        longer = f"{line} {word}" if line.strip() else f"{line}{word}"
        if width_of(_COLOUR.sub("", longer)) > columns and line.strip():
            found.append(line)
            longer = beginning + indent + word
        line = longer
    return [*found, line]


def shown(text: str) -> str:
    """The text without what a terminal would obey: escapes become visible pictures of them."""
    return text if text.isascii() and text.isprintable() else "".join(map(_picture, text))


def escaped(text: str) -> str:
    r"""The text with `\x1b` for what a terminal would obey, ends of lines too: a name in one line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(one) if _is_obeyed(one) else one for one in text)


def escaped_json(text: str) -> str:
    """JSON with escapes of its own for what a terminal would obey; it means the same."""
    return "".join(f"\\u{ord(one):04x}" if one != "\n" and _is_obeyed(one) else one for one in text)


def shown_line(text: str) -> list[str]:
    """What is shown for each character of a source line; tabs become spaces."""
    return ["    " if character == "\t" else _picture(character) for character in text]


def _picture(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "\u2421"
    return "\ufffd" if _is_obeyed(character) else character


def _is_obeyed(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    return character in _BIDIRECTIONAL or unicodedata.category(character) in _CONTROLS


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
