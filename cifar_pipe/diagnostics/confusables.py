"""Characters that look like those of YAML, or like nothing, and are different ones."""

from __future__ import annotations

import unicodedata

from cifar_pipe.diagnostics.spans import Span

# What Unicode itself does not call a form of an ASCII character.
_LOOKS_LIKE = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
    "\u2010": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
}  # fmt: skip


def unusual_character(span: Span, *, around: bool) -> str | None:
    """Help that names such a character in the span; `around` looks at its whole line and at the one
    above, where the mistake may be that a parser finds later.
    """
    lines = span.source.lines
    if not 0 < span.line <= len(lines):
        return None
    line = lines[span.line - 1]
    if not around:
        return _first(line[span.column - 1 : span.end_column - 1], "here")
    above = lines[span.line - 2] if span.line > 1 else ""
    return _first(line, "here") or _first(above, "in the line above")


def _first(text: str, where: str) -> str | None:
    for character in "" if text.isascii() else text:
        meant = _meant(character)
        if meant is not None:
            name = unicodedata.name(character, "without a name").lower()
            fix = f"write {meant} instead" if meant else "delete it"
            return f"U+{ord(character):04X} ({name}) {where}: {fix}"
    return None


def _meant(character: str) -> str | None:
    """What looks the same: `a plain space`, an ASCII character, or nothing; None of all others."""
    if character.isascii():
        return None
    match unicodedata.category(character):
        case "Zs":
            return "a plain space"
        case "Cf":
            return ""
    plain = _LOOKS_LIKE.get(character) or unicodedata.normalize("NFKC", character)
    return f"`{plain}`" if len(plain) == 1 and plain.isascii() else None
