"""Where a YAML parser stopped, and which words show the mistake that it found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cifar_pipe.diagnostics.spans import Source, Span

_WORD = re.compile(r"[\w.$%@`&*!/+-]+|\S", re.ASCII)
_COMMENT = re.compile(r"\s*(//|;+|--(?!-)|/\*)")
_JOINED_KEY = re.compile(r"\s*([a-z_]\w*:[^\s:]+)\s*")


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the parser stopped, and since where it had been reading what it could not finish."""

    source: Source
    at: Span
    since: Span

    @property
    def before(self) -> str:
        """What is on the line before the place."""
        return _line(self.source, self.at.line)[: self.at.column - 1]


def word_at(mark: Any, source: Source, offset: int) -> Span:
    """The word at the mark; after the last word where the mark is the end of the text."""
    line = mark.line + 1
    column = mark.column + 1 + (offset if line == 1 else 0)
    if line <= len(source.lines):
        text = source.lines[line - 1]
        word = _WORD.match(text, column - 1)
        if text[column - 1 : column] == "\t":
            return Span(source, line, column, column + 1)
        if word is not None:
            return Span(source, line, column, column + len(word[0]))
        if text[column - 1 :].strip() or any(rest.strip() for rest in source.lines[line:]):
            return Span(source, line, column, column)
    last = max((n for n, line in enumerate(source.lines, 1) if line.strip()), default=1)
    column = len(_line(source, last).rstrip()) + 1
    return Span(source, last, column, column)


def _line(source: Source, number: int) -> str:
    return source.lines[number - 1] if 0 < number <= len(source.lines) else ""


def text_of(span: Span) -> str:
    return _line(span.source, span.line)[span.column - 1 : span.end_column - 1]


def here(stop: Stop) -> Span:
    return stop.at


def since(stop: Stop) -> Span:
    return stop.since


def _here_if(condition: Callable[[Stop], object]) -> Callable[[Stop], Span | None]:
    return lambda stop: stop.at if condition(stop) else None


def mark_since(stop: Stop) -> Span:
    """The one character with which the unfinished part begins."""
    return _part(stop, stop.since.line, stop.since.column)


def mark(stop: Stop) -> Span:
    return _part(stop, stop.at.line, stop.at.column)


def line_since(stop: Stop) -> Span:
    """From where the unfinished part begins to the end of its line."""
    words = _line(stop.source, stop.since.line)[stop.since.column - 1 :].rstrip()
    return _part(stop, stop.since.line, stop.since.column, max(1, len(words)))


def _part(stop: Stop, line: int, column: int, length: int = 1) -> Span:
    return Span(stop.source, line, column, column + length)


def tab(stop: Stop) -> Span | None:
    line = _line(stop.source, stop.at.line)
    if line.startswith("\t", stop.at.column - 1):
        return mark(stop)
    indentation = line[: len(line) - len(line.lstrip())]
    return _part(stop, stop.at.line, indentation.index("\t") + 1) if "\t" in indentation else None


def comment(stop: Stop) -> Span | None:
    """The beginning of a comment in another language, at the place or just above it."""
    for number in (stop.since.line, stop.at.line, stop.at.line - 1):
        found = _COMMENT.match(_line(stop.source, number))
        if found is not None:
            return _part(stop, number, found.start(1) + 1, len(found[1]))
    return None


def joined_key(stop: Stop) -> Span | None:
    """The line above where it is `key:value`, a word with a colon and nothing else."""
    found = _JOINED_KEY.fullmatch(_line(stop.source, stop.at.line - 1))
    return found and _part(stop, stop.at.line - 1, found.start(1) + 1, len(found[1]))


def key_before(stop: Stop) -> Span:
    """From the first word of the line to the colon where the parser stopped."""
    start = stop.at.column - len(stop.before.lstrip())
    return Span(stop.source, stop.at.line, start, stop.at.end_column)


def word_before(stop: Stop) -> Span | None:
    """The word just before the colon where the parser stopped, with the colon."""
    found = re.search(r"[\w.-]+$", stop.before)
    return found and _part(stop, stop.at.line, found.start() + 1, len(found[0]) + 1)


def escape(stop: Stop) -> Span:
    """The backslash, after which the Python parser points, and the next character."""
    column = _line(stop.source, stop.at.line).rfind("\\", 0, stop.at.column) + 1 or stop.at.column
    return _part(stop, stop.at.line, column, 2)


def unclosed(stop: Stop) -> Span | None:
    return None if text_of(stop.at) else stop.since


def item_without_dash(stop: Stop) -> Span | None:
    """The line where the one above is an item of a list that starts in the same column."""
    above = _line(stop.source, stop.since.line - 1)
    indentation = " " * (stop.since.column - 1)
    return line_since(stop) if above.startswith(f"{indentation}- ") else None


def line_like(pattern: str) -> Callable[[Stop], Span | None]:
    """The line since which the parser read, where it begins like this."""

    def place(stop: Stop) -> Span | None:
        span = line_since(stop)
        return span if re.match(pattern, text_of(span)) else None

    return place


def alias_as_item(stop: Stop) -> Span | None:
    """An asterisk with which the line begins: in other formats an item of a list."""
    before = _line(stop.source, stop.since.line)[: stop.since.column - 1]
    return None if before.strip() else mark_since(stop)


bracket = _here_if(lambda stop: text_of(stop.at) in ("]", "}"))
after_value = _here_if(lambda stop: stop.before.strip())
second_colon = _here_if(lambda stop: re.search(r":\s", stop.before))
braces = _here_if(lambda stop: stop.before.endswith("$") and text_of(stop.at).startswith("{"))
