"""Edits of the text itself: quotes, characters, whole lines."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.help_edits.place import (
    Place,
    Sources,
    has_more_lines,
    line_at,
    lines_at,
    listed_lines,
    with_lines,
)
from tests.help_edits.writing import write_value


def quote(place: Place, words: str) -> Sources:
    """A key or a value."""
    return (
        write_value(place, words) if "key" not in place.finding.message else place.with_words(words)
    )


def quote_words(place: Place) -> Sources:
    return place.with_words(_quoted(place.words))


def quote_value(place: Place) -> Sources:
    """What follows the key on the line, up to a comment or to the end of its braces."""
    line = line_at(place)
    match = re.match(r"(\s*(?:- )?[\w-]+: )(.*?)(\s+#.*)?$", line)
    assert match is not None
    before, value, comment = match[1], match[2], match[3] or ""
    lines = place.text.splitlines(keepends=True)
    number = place.finding.span.line - 1
    lines[number] = f"{before}{_quoted(value)}{comment}\n"
    return place.changed("".join(lines))


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def leave_quotes_out(place: Place) -> Sources:
    return place.with_words(re.sub(r"['\"]", "", place.words))


def single_quotes(place: Place) -> Sources:
    first, last = place.text.rindex('"', 0, place.begin), place.text.index('"', place.end)
    inner = place.text[first + 1 : last]
    return place.changed(f"{place.text[:first]}'{inner}'{place.text[last + 1 :]}")


def add_at_the_end_of_the_line(place: Place, mark: str) -> Sources:
    at = place.text.find("\n", place.begin)
    at = len(place.text) if at < 0 else at
    return place.changed(place.text[:at] + mark + place.text[at:])


def begin_on_the_next_line(place: Place) -> Sources:
    line = line_at(place)
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return place.with_words(f"\n{indent}{place.words}")


def replace_character(place: Place, number: str, words: str | None = None) -> Sources:
    """In the words that are pointed at; else the last in the text above them, or the next one."""
    character = chr(int(number, 16))
    words = (
        words if words is not None else " " if "plain space" in (place.finding.help or "") else ""
    )
    if character in place.words:
        return place.with_words(place.words.replace(character, words))
    lines = place.text.splitlines(keepends=True)
    number_of_line = place.finding.span.line - 1
    for index in (number_of_line, number_of_line - 1):
        if character in lines[index]:
            lines[index] = lines[index].replace(character, words)
            break
    return place.changed("".join(lines))


def delete_lines(place: Place) -> Sources:
    assert not has_more_lines(place)
    return with_lines(place, lambda _: "")


def begin_lines_with(place: Place, mark: str) -> Sources:
    assert not has_more_lines(place)
    return with_lines(place, lambda line: mark + line)


def delete_words(place: Place) -> Sources:
    """Numbers of lines differ; what is behind them does not."""
    if not listed_lines("".join(place.finding.notes)):
        return place.with_words("")
    number = re.fullmatch(r"\s*\d+(.*)", place.words)
    words = r"\s*\d+" + re.escape(number[1]) if number else re.escape(place.words)
    return with_lines(place, lambda line: re.sub(rf"^{words}", "", line))


def replace_characters(place: Place, number: str, words: str) -> Sources:
    return with_lines(place, lambda line: line.replace(chr(int(number, 16)), words))


def write_spaces(place: Place, number: str, count: str) -> Sources:
    character = chr(int(number, 16))
    width = int(count) // place.words.count(character)
    return replace_characters(place, number, " " * width)


def write_plain_words(place: Place, number: str, words: str) -> Sources:
    """In the other lines the character becomes what it becomes in the words that are given."""
    before, character, after = place.words.partition(chr(int(number, 16)))
    if len(lines_at(place)) == 1 or not character:
        return place.with_words(words)
    return replace_characters(place, number, words[len(before) : len(words) - len(after)])


def keep_one_side(place: Place) -> list[Sources]:
    conflict = r"(?ms)^<{7}[^\n]*\n(.*?)^={7}[^\n]*\n(.*?)^>{7}[^\n]*\n"
    return [place.changed(re.sub(conflict, side, place.text)) for side in (r"\1", r"\2")]


def apply_the_diff(place: Place) -> Sources:
    kept = re.sub(r"(?m)^(?:@@|diff |index |--- |\+\+\+ |-(?!--)).*\n", "", place.text)
    return place.changed(re.sub(r"(?m)^\+", "", kept))


def save_as_utf_8(place: Place) -> Sources:
    raw = place.sources.files[place.name]
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    files = {**place.sources.files, place.name: raw.decode(encoding).encode()}
    return replace(place.sources, files=files)
