from __future__ import annotations

from collections.abc import Callable

import pytest

from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax import parser_stops as stops


def stop_at(text: str, words: str) -> stops.Stop:
    """Where the words are, the parser stopped; it had been reading since the first line's start."""
    before = text[: text.index(words)]
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    source = Source.of("x", text)
    at = Span(source, line, column, column + len(words))
    return stops.Stop(source, at, Span(source, 1, 1, 2))


@pytest.mark.parametrize(
    ("place", "text", "at", "words"),
    [
        (stops.tab, "a:\n\tb: 1", "b", "\t"),
        (stops.comment, "a: 1\n// b", "b", "//"),
        (stops.joined_key, "lr:0.1\nb: 1", "b", "lr:0.1"),
        (stops.key_before, "x\n  a b: 1", ":", "a b:"),
        (stops.word_before, "{a b: 1", ":", "b:"),
        (stops.escape, 'a: "\\q"', "q", "\\q"),
        (stops.line_since, "foo bar \nb", "b", "foo bar"),
        (stops.unclosed, "[a", "a", None),
        (stops.bracket, "a: ]", "]", "]"),
        (stops.second_colon, "a: b: c", "c", "c"),
        (stops.second_colon, "a c", "c", None),
    ],
)
def test_the_words_that_show_the_mistake(
    place: Callable[[stops.Stop], Span | None], text: str, at: str, words: str | None
) -> None:
    span = place(stop_at(text, at))
    assert (span and stops.text_of(span)) == words


def test_past_the_end_the_place_is_after_the_last_word() -> None:
    class Mark:
        line, column = 3, 0

    span = stops.word_at(Mark, Source.of("x", "a: [1\n\n"))
    assert (span.line, span.column, span.end_column) == (1, 6, 6)
