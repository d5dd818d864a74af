"""Where a YAML parser stopped, and which words show the mistake that it found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.repairs.outcome import Columns, same_column

_WORD = re.compile(r"[\w.$%@`&*!/+-]+|\S", re.ASCII)


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

    def match(self, pattern: str, line: int) -> Span | None:
        """The pattern's group, where the line begins like the pattern."""
        found = re.match(pattern, _line(self.source, line))
        return found and Span(self.source, line, found.start(1) + 1, found.end(1) + 1)


Place = Callable[[Stop], Span | None]
"""The words that show a mistake, or None where it is a different one."""


def word_at(mark: Any, source: Source, columns: Columns = same_column) -> Span:
    """The word at the mark; after the last word where the mark is the end of the text."""
    line = mark.line + 1
    column = columns(line, mark.column + 1)
    if line <= len(source.lines):
        text = source.lines[line - 1]
        word = _WORD.match(text, column - 1)
        if word is not None or text.startswith("\t", column - 1):
            return Span(source, line, column, word.end() + 1 if word else column + 1)
        if text[column - 1 :].strip() or any(rest.strip() for rest in source.lines[line:]):
            return Span(source, line, column, column)
    last = max((n for n, line in enumerate(source.lines, 1) if line.strip()), default=1)
    column = len(_line(source, last).rstrip()) + 1
    return Span(source, last, column, column)


def _line(source: Source, number: int) -> str:
    return source.lines[number - 1] if 0 < number <= len(source.lines) else ""


def text_of(span: Span) -> str:
    return _line(span.source, span.line)[span.column - 1 : span.end_column - 1]


def _here_if(condition: Callable[[Stop], object]) -> Place:
    return lambda stop: stop.at if condition(stop) else None


def _first(span: Span) -> Span:
    return replace(span, end_column=span.column + 1)


def mark(stop: Stop) -> Span:
    """The one character where the parser stopped."""
    return _first(stop.at)


def mark_since(stop: Stop) -> Span:
    """The one character with which the unfinished part begins."""
    return _first(stop.since)


def line_since(stop: Stop) -> Span:
    """From where the unfinished part begins to the end of its line."""
    end = len(_line(stop.source, stop.since.line).rstrip())
    return replace(stop.since, end_column=max(stop.since.column, end) + 1)


def tab(stop: Stop) -> Span | None:
    is_here = _line(stop.source, stop.at.line).startswith("\t", stop.at.column - 1)
    return mark(stop) if is_here else stop.match(r"[^\S\t]*(\t)", stop.at.line)


def comment(stop: Stop) -> Span | None:
    """The beginning of a comment in another language, at the place or just above it."""
    lines = (stop.since.line, stop.at.line, stop.at.line - 1)
    found = (stop.match(r"\s*(//|;+|--(?!-)|/\*)", line) for line in lines)
    return next(filter(None, found), None)


def joined_key(stop: Stop) -> Span | None:
    """The line above where it is `key:value`, a word with a colon and nothing else."""
    return stop.match(r"\s*([a-z_]\w*:[^\s:]+)\s*$", stop.at.line - 1)


def key_before(stop: Stop) -> Span:
    """From the first word of the line to the colon where the parser stopped."""
    return replace(stop.at, column=stop.at.column - len(stop.before.lstrip()))


def word_before(stop: Stop) -> Span | None:
    """The word just before the colon where the parser stopped, with the colon."""
    found = re.search(r"[\w.-]+$", stop.before)
    return found and replace(mark(stop), column=found.start() + 1)


def escape(stop: Stop) -> Span:
    """The backslash, after which the Python parser points, and the next character."""
    line = _line(stop.source, stop.at.line)
    column = line.rfind("\\", 0, stop.at.column) + 1 or stop.at.column
    return replace(stop.at, column=column, end_column=column + 2)


def unclosed(stop: Stop) -> Span | None:
    return None if text_of(stop.at) else stop.since


def item_without_dash(stop: Stop) -> Span | None:
    """The line where the one above is an item of a list that starts in the same column."""
    item = " " * (stop.since.column - 1) + "- "
    above = _line(stop.source, stop.since.line - 1)
    return line_since(stop) if above.startswith(item) else None


def line_like(pattern: str) -> Place:
    """The line since which the parser read, where it begins like this."""
    return lambda stop: line if re.match(pattern, text_of(line := line_since(stop))) else None


def alias_as_item(stop: Stop) -> Span | None:
    """An asterisk with which the line begins: in other formats an item of a list."""
    before = _line(stop.source, stop.since.line)[: stop.since.column - 1]
    return None if before.strip() else mark_since(stop)


here: Place = attrgetter("at")
since: Place = attrgetter("since")
bracket = _here_if(lambda stop: text_of(stop.at) in ("]", "}"))
after_value = _here_if(lambda stop: stop.before.strip())
second_colon = _here_if(lambda stop: re.search(r":\s", stop.before))
braces = _here_if(lambda stop: stop.before.endswith("$") and text_of(stop.at).startswith("{"))
