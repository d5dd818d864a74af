"""Characters that look like those of YAML, or like nothing, and are different ones."""

from __future__ import annotations

import unicodedata

from cifar_pipe.diagnostics.spans import Span

# What Unicode itself does not call a form of an ASCII character.
_LOOKS_LIKE = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2022\u2023\u2043\u2219\u25aa\u25cf\u25e6\u00b7\u30fb", "-"),
    "\u2236": ":", "\ua789": ":", "\u3001": ",", "\u3002": ".", "\u3010": "[", "\u3011": "]",
}  # fmt: skip
_LONG = 200


def unusual_character(span: Span) -> str | None:
    """Help that names the first such character in the span, and says what to write instead."""
    lines = span.source.lines
    if not 0 < span.line <= len(lines) or lines[span.line - 1].isascii():
        return None
    line = lines[span.line - 1]
    words, after = line[span.column - 1 : span.end_column - 1], line[span.end_column - 1 :]
    return replacement(words, with_ascii(words, after))


def replacement(words: str, fixed: str) -> str | None:
    """Help that names the first such character in the words, and has `fixed` written for them."""
    first = next((one for one in words if as_ascii(one) is not None), None)
    if first is None:
        return None
    shown = fixed.lstrip() if fixed.endswith(": ") else fixed.strip()
    # Long words are not written out.
    fix = f"write `{shown if len(words) < _LONG else as_ascii(first)}`"
    if not fixed.strip(" "):
        fix = f"write {'a plain space' if len(fixed) == 1 else f'{len(fixed)} plain spaces'}"
    return f"{named(first)} here: {fix if fixed else 'delete it'}"


def named(character: str) -> str:
    """The character's number and name: U+00A0 (no-break space)."""
    name = unicodedata.name(character, "without a name").lower()
    return f"U+{ord(character):04X} ({name})"


def with_ascii(text: str, after: str = "") -> str:
    """The text with ASCII for what looks like it; `after` is what follows it on its line.

    A colon gets the space that a wide one seems to have.
    """
    parts = []
    for character, following in zip(text, (*text[1:], after[:1]), strict=False):
        ascii_ = as_ascii(character)
        is_joined = ascii_ == ":" and not (following.isspace() or following == "")
        parts.append(character if ascii_ is None else ascii_ + " " * is_joined)
    return "".join(parts)


def as_ascii(character: str) -> str | None:
    """What looks the same: a space, an ASCII character, or nothing; None of all others."""
    if character.isascii():
        return None
    match unicodedata.category(character):
        case "Zs":
            return " "
        case "Cf":
            return ""
    plain = _LOOKS_LIKE.get(character) or unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and plain.isascii() else None
