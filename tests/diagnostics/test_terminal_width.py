from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.terminal_width import shown, shown_line, width, width_of


@pytest.mark.parametrize(
    ("character", "columns"),
    [("a", 1), ("é", 1), ("漢", 2), ("ｱ", 1), ("Ａ", 2), ("😀", 2), ("\u0301", 0), ("\u200d", 0)],
)
def test_a_character_takes_columns(character: str, columns: int) -> None:
    assert width(character) == columns


def test_widths_add_up() -> None:
    assert width_of("a漢e\u0301") == 4


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("plain é 漢", "plain é 漢"),
        ("\x1b[31m", "␛[31m"),
        ("a\nb\tc", "a␊b␉c"),
        ("\x7f", "␡"),
        ("\x9b", "\ufffd"),
        ("\u202eabc", "\ufffdabc"),
        ("\ud800", "\ufffd"),
        ("\u2028", "\ufffd"),
    ],
)
def test_nothing_that_a_terminal_obeys_is_shown(text: str, picture: str) -> None:
    assert shown(text) == picture


def test_tabs_of_a_line_become_spaces() -> None:
    assert shown_line("\ta") == ["    ", "a"]
