from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.confusables import unusual_character
from cifar_pipe.diagnostics.spans import Source, Span


def help_for(text: str, line: int, column: int, end: int) -> str | None:
    return unusual_character(Span(Source.of("mine.yaml", text), line, column, end))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\uff1a1", "U+FF1A (fullwidth colon) here: write `a: 1`"),
        ("a\uff1a", "U+FF1A (fullwidth colon) here: write `a:`"),
        ("a\u2019s", "U+2019 (right single quotation mark) here: write `a's`"),
        ("a\u00a0b", "U+00A0 (no-break space) here: write `a b`"),
        ("a\u00a0", "U+00A0 (no-break space) here: write `a`"),
        ("\u00a0", "U+00A0 (no-break space) here: write a plain space"),
        ("\u3000 ", "U+3000 (ideographic space) here: write 2 plain spaces"),
        ("a\u200bb", "U+200B (zero width space) here: write `ab`"),
        ("\u200b", "U+200B (zero width space) here: delete it"),
        ("\u6f22\u5b57", None),
        ("plain", None),
    ],
)
def test_characters_that_look_like_others_are_named(text: str, words: str | None) -> None:
    assert help_for(text, 1, 1, len(text) + 1) == words


def test_only_the_words_of_the_span_count() -> None:
    assert help_for("a\uff1a 1", 1, 4, 5) is None


def test_a_colon_gets_its_space_from_what_follows_the_span() -> None:
    assert help_for("a\uff1a1", 1, 1, 3) == "U+FF1A (fullwidth colon) here: write `a: `"


def test_long_words_are_not_written_out() -> None:
    words = help_for(f"\u201c{'a' * 300}\u201d", 1, 1, 303)
    assert words == 'U+201C (left double quotation mark) here: write `"`'


def test_outside_the_text_there_is_nothing_to_name() -> None:
    assert help_for("a", 7, 1, 2) is None
