from __future__ import annotations

import json

import pytest

from cifar_pipe.diagnostics.terminal_width import (
    escaped,
    escaped_json,
    padded,
    shown,
    shown_line,
    width,
    width_of,
    wrapped,
)


@pytest.mark.parametrize(
    ("character", "columns"),
    [("a", 1), ("é", 1), ("漢", 2), ("ｱ", 1), ("Ａ", 2), ("😀", 2), ("\u0301", 0), ("\u200d", 0)],
)
def test_a_character_takes_columns(character: str, columns: int) -> None:
    assert width(character) == columns


def test_widths_add_up() -> None:
    assert width_of("a漢e\u0301") == 4


def test_padding_counts_columns() -> None:
    assert padded("漢", 5) == "漢   "
    assert padded("long", 2) == "long"


def test_lines_break_at_spaces() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("warning: a-long-path 漢漢 b", 12, "  ") == [
        "warning:",
        "  a-long-path",
        "  漢漢 b",
    ]


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cat é 漢", "cat é 漢"),
        ("a\x1b[31m\n\x9b", r"a\x1b[31m\x0a\x9b"),
        ("\u202egnp\u2028", r"\u202egnp\u2028"),
    ],
)
def test_a_name_is_escaped_into_one_line(name: str, text: str) -> None:
    assert escaped(name) == text


def test_escaped_json_means_the_same() -> None:
    value = {"a\x9b": "\u202e\n\x7f\u2028 é 漢"}
    text = escaped_json(json.dumps(value, indent=2, ensure_ascii=False))
    assert json.loads(text) == value
    assert "".join(map(shown, text.split("\n"))) == text.replace("\n", "")


def test_tabs_of_a_line_become_spaces() -> None:
    assert shown_line("\ta") == ["    ", "a"]


def test_a_value_stays_beside_its_option_and_a_unit_beside_its_number() -> None:
    assert wrapped("  help: -S a.b=1 c", 10, "  ") == ["  help:", "    -S a.b=1", "    c"]
    assert wrapped("it fell by 7 %", 12) == ["it fell by", "7 %"]


def test_colours_take_no_columns() -> None:
    assert wrapped("\x1b[1;31mred\x1b[0m text", 8) == ["\x1b[1;31mred\x1b[0m text"]
