from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source
from cifar_pipe.syntax.decoding import span_of, to_source
from cifar_pipe.syntax.limits import LARGEST


def test_a_byte_order_mark_is_dropped(findings: Findings) -> None:
    source = to_source("\ufeffa: 1".encode(), "x", findings)
    assert source is not None
    assert source.text == "a: 1"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"\xff", 1, 1),
        (b"a: \xe9t\xe9\n", 1, 4),
        ("a: 1\nb: 漢字".encode() + b"\x80\n", 2, 6),
        (b"\xef\xbb\xbfa: \xc3", 1, 4),
        (b"a: 1\r\nb: \xf0\x9f\x98\n", 2, 4),
    ],
)
def test_a_byte_that_is_not_utf8_is_reported_at_its_place(
    content: bytes, line: int, column: int, findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    assert to_source(content, "x", findings) is None
    assert reported() == [("encoding", line, column, column + 1)]


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32")]
)
def test_other_encodings_are_reported_by_name(
    encoding: str, name: str, findings: Findings, only: Callable[[], Any]
) -> None:
    mark = "" if encoding in ("utf-16", "utf-32") else "\ufeff"
    assert to_source((mark + "a: 1").encode(encoding), "x", findings) is None
    assert only().message == f"the file is {name}, not UTF-8"


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("a: \0", 1, 4, "U+0000 (NUL)"),
        ("a: 1\nb: \x1b[0m", 2, 4, "U+001B (escape)"),
        ("a: 1\x0cb: \x01", 1, 5, "U+000C"),
        ("a: \x7f", 1, 4, "U+007F (delete)"),
        ("a: \ud800", 1, 4, "U+D800"),
        ("a: x\ufeff", 1, 5, "U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
    ],
)
def test_characters_that_yaml_forbids_are_reported(
    *, text: str, line: int, column: int, name: str, findings: Findings, only: Callable[[], Any]
) -> None:
    assert to_source(text, "x", findings) is None
    found = only()
    assert (found.code, found.span.line, found.span.column) == ("encoding", line, column)
    assert found.message == f"the character {name} is not allowed in YAML"


def test_a_file_of_megabytes_is_refused_unread(
    findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    assert to_source(b"#" * (LARGEST + 1), "x", findings) is None
    assert reported() == [("too-large", 1, 1, 1)]


@pytest.mark.parametrize(
    ("index", "place"), [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (4, (3, 1)), (5, (4, 1))]
)
def test_places_count_every_kind_of_line_end(index: int, place: tuple[int, int]) -> None:
    span = span_of(Source.of("x", "a\n\r\n\rb"), index)
    assert (span.line, span.column) == place
