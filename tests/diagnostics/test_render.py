from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cifar_pipe.diagnostics.findings import Finding, Findings, NotKnown
from cifar_pipe.diagnostics.render import WIDEST, Paint, not_known_to_text, to_json, to_text
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.diagnostics.terminal_width import width_of
from cifar_pipe.syntax.reader import read


def at(text: str, line: int, column: int, end_column: int, name: str = "mine.yaml") -> Span:
    return Span(Source.of(name, text), line, column, end_column)


def golden(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_finding_shows_its_line_with_a_caret_under_the_words() -> None:
    line = "      - {type: Linear, in_features: 256, out_features: 120}"
    finding = Finding(
        "shape",
        "Linear takes in_features 400 here, not 256",
        at("\n" * 26 + line, 27, 24, 40, "pipelines/mine.yaml"),
        notes=("the layer above gives [N, 400]: Flatten of [N, 16, 5, 5]",),
        help="leave in_features out, it is inferred",
    )
    assert to_text([finding]) == golden("""
        pipelines/mine.yaml:27:24: error[shape]: Linear takes in_features 400 here, not 256
           |
        27 |       - {type: Linear, in_features: 256, out_features: 120}
           |                        ^^^^^^^^^^^^^^^^
           = the layer above gives [N, 400]: Flatten of [N, 16, 5, 5]
           = help: leave in_features out, it is inferred
        """)


def test_a_second_place_is_underlined_with_its_label() -> None:
    findings = Findings()
    read("seed: 0\n" + "\n" * 8 + "seed: 1\n", "mine.yaml", findings)
    assert to_text(findings.sorted()) == golden("""
        mine.yaml:10:1: error[duplicate-key]: `seed` appears twice in this mapping
           |
        10 | seed: 1
           | ^^^^
           |
         1 | seed: 0
           | ---- first defined here
           = help: keep one of the two
        """)


def test_a_second_place_in_another_file_is_named() -> None:
    finding = Finding(
        "type",
        "wrong",
        at("a: 1", 1, 4, 5),
        related=((at("b: 2", 1, 1, 2, "base.yaml"), "from here"),),
    )
    assert to_text([finding]) == golden("""
        mine.yaml:1:4: error[type]: wrong
          |
        1 | a: 1
          |    ^
          --> base.yaml:1:1
          |
        1 | b: 2
          | - from here
        """)


def test_an_override_is_its_own_line() -> None:
    source = Source.of("-S train.epochs=x", "train.epochs=x")
    finding = Finding("type", "epochs takes a whole number", Span(source, 1, 14, 15))
    assert to_text([finding]) == golden("""
        -S train.epochs=x:1:14: error[type]: epochs takes a whole number
          |
        1 | train.epochs=x
          |              ^
        """)


def test_findings_are_separated_by_an_empty_line() -> None:
    findings = [Finding("type", word, at("a: 1", 1, 1, 2)) for word in ("one", "two")]
    assert to_text(findings).count("\n\n") == 1
    assert to_text([]) == ""


@pytest.mark.parametrize(
    ("line", "column", "end_column", "excerpt"),
    [
        ("漢字: x", 5, 6, ["1 | 漢字: x", "  |       ^"]),
        ("漢字: x", 1, 3, ["1 | 漢字: x", "  | ^^^^"]),
        ("e\u0301e: x", 6, 7, ["1 | e\u0301e: x", "  |     ^"]),
        ("a:\tx", 4, 5, ["1 | a:    x", "  |       ^"]),
        ("a: \x1b[0m", 4, 5, ["1 | a: ␛[0m", "  |    ^"]),
        ("a:", 3, 3, ["1 | a:", "  |   ^"]),
        ("a:", 9, 12, ["1 | a:", "  |   ^"]),
    ],
)
def test_carets_are_under_their_characters(
    line: str, column: int, end_column: int, excerpt: list[str]
) -> None:
    rows = to_text([Finding("type", "m", at(line, 1, column, end_column))]).splitlines()
    assert rows[2:4] == excerpt


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "words: " + "left " * 40 + "HERE" + " right" * 40
    rows = to_text([Finding("type", "m", at(line, 1, 208, 212))]).splitlines()
    assert len(rows[2]) == WIDEST
    assert rows[2].startswith("1 | …")
    assert rows[2].endswith("…")
    start = rows[3].index("^")
    assert rows[2][start : start + 4] == "HERE"
    assert rows[3].count("^") == 4


def test_only_the_side_that_is_cut_shows_it() -> None:
    rows = to_text([Finding("type", "m", at("a: " + "x" * 300, 1, 1, 2))]).splitlines()
    assert rows[2].startswith("1 | a: xx")
    assert rows[2].endswith("x…")
    rows = to_text([Finding("type", "m", at("x" * 300 + " end", 1, 302, 305))]).splitlines()
    assert rows[2].startswith("1 | …xx")
    assert rows[2].endswith(" end")


def test_where_there_is_no_line_only_the_message_is_shown() -> None:
    finding = Finding("not-a-mapping", "the file is empty", at("", 1, 1, 1), help="begin")
    assert to_text([finding]) == golden("""
        mine.yaml:1:1: error[not-a-mapping]: the file is empty
          = help: begin
        """)


def test_words_of_the_user_cannot_steer_the_terminal() -> None:
    span = at("a: 1", 1, 1, 2, "\x1b]0;x\x07.yaml")
    finding = Finding("type", "not \x1b[2J", span, ("\x1b[1m",), "\x1b[2m", ((span, "\x1b[3m"),))
    assert "\x1b" not in to_text([finding])


def test_colour_adds_nothing_but_colour() -> None:
    finding = Finding("type", "m", at("a: 1", 1, 1, 2), ("n",), "h", ((at("b", 1, 1, 2), "l"),))
    coloured = to_text([finding], colour=True)
    assert "\x1b[1;31m^\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == to_text([finding])


def test_text_is_coloured_where_colour_is_on() -> None:
    assert Paint(on=True)("bold red", "error") == "\x1b[1;31merror\x1b[0m"
    assert Paint(on=False)("bold red", "error") == "error"


def test_no_text_needs_no_colour() -> None:
    assert Paint(on=True)("dim", "") == ""


def test_json_has_places_in_characters() -> None:
    finding = Finding("type", "m", at("漢: x", 1, 4, 5), ("note",), "h")
    assert to_json([finding, Finding("value", "n", at("a", 1, 1, 1))]) == [
        {
            "path": "mine.yaml",
            "line": 1,
            "column": 4,
            "end_column": 5,
            "code": "type",
            "message": "m",
            "help": "h",
            "severity": "error",
            "notes": ["note"],
            "related": [],
        },
        {
            "path": "mine.yaml",
            "line": 1,
            "column": 1,
            "end_column": 1,
            "code": "value",
            "message": "n",
            "help": None,
            "severity": "error",
            "notes": [],
            "related": [],
        },
    ]


def test_json_has_second_places_and_what_is_not_known() -> None:
    second = at("b: 2", 1, 1, 2, "base.yaml")
    finding = Finding("unused", "m", at("a: 1", 1, 1, 2), related=((second, "from here"),))
    unknown = [NotKnown("the layers of net", "--data", at("x: 1", 1, 1, 2)), NotKnown("a", "b")]
    warning, known, nowhere = to_json([finding], unknown)
    assert warning["severity"] == "warning"
    place = {"path": "base.yaml", "line": 1, "column": 1, "end_column": 2}
    assert warning["related"] == [{**place, "message": "from here"}]
    assert (known["code"], known["severity"]) == ("not-known", "not-known")
    assert (known["message"], known["help"]) == ("not known: the layers of net", "needs --data")
    assert (nowhere["path"], nowhere["line"]) == (None, None)


def test_what_is_not_known_is_shown_with_what_it_needs() -> None:
    text = not_known_to_text(
        [
            NotKnown("the shapes", "a Resize"),
            NotKnown("the classes", "--data", at("a: 1", 1, 1, 2)),
        ]
    )
    assert text == golden("""
        not known: the shapes: needs a Resize
        mine.yaml:1:1: not known: the classes: needs --data
        """)


@settings(deadline=None)
@given(
    st.text(
        st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1
    ),
    st.integers(1, 200),
    st.integers(0, 200),
    st.integers(0, 150),
)
def test_every_line_fits_and_has_a_caret(line: str, column: int, length: int, times: int) -> None:
    finding = Finding("type", "m", at(line + "x" * times, 1, column, column + length))
    rows = to_text([finding]).splitlines()
    assert all(width_of(row) <= WIDEST for row in rows)
    assert "^" in rows[3]
