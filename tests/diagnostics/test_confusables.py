from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.confusables import unusual_character
from cifar_pipe.diagnostics.spans import Source, Span


def help_for(text: str, line: int, column: int, end: int, *, around: bool = False) -> str | None:
    return unusual_character(Span(Source.of("mine.yaml", text), line, column, end), around=around)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\uff1a 1", "U+FF1A (fullwidth colon) here: write `:` instead"),
        ("a\u2019s", "U+2019 (right single quotation mark) here: write `'` instead"),
        ("a\u00a0b", "U+00A0 (no-break space) here: write a plain space instead"),
        ("a\u200bb", "U+200B (zero width space) here: delete it"),
        ("\u6f22\u5b57", None),
        ("plain", None),
    ],
)
def test_characters_that_look_like_others_are_named(text: str, words: str | None) -> None:
    assert help_for(text, 1, 1, len(text) + 1) == words


def test_only_the_words_of_the_span_count() -> None:
    assert help_for("a\uff1a 1", 1, 4, 5) is None


def test_around_a_place_the_line_above_counts_too() -> None:
    words = "U+00A0 (no-break space) in the line above: write a plain space instead"
    assert help_for("a:\u00a01\nb: 2", 2, 1, 2, around=True) == words


def test_outside_the_text_there_is_nothing_to_name() -> None:
    assert help_for("a", 7, 1, 2, around=True) is None
