"""Every kind of wrong syntax: where it is reported, and in which words. Both parsers of PyYAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source
from cifar_pipe.syntax import reader
from cifar_pipe.syntax.nodes import Node
from cifar_pipe.syntax.reader import read_value

MISTAKES = [
    ("a: [1, 2\nb: 3\n", (2, 2, 3), "expected `,` or `]`, found `:`"),
    ("a: {x: 1\nb: 3\n", (2, 2, 3), "expected `,` or `}`, found `:`"),
    ("a: {b: 1, c: [2, 3}\n", (1, 19, 20), "expected `,` or `]`, found `}`"),
    ("a: {x: ${vars.w}}\n", (1, 9, 10), "expected `,` or `}`, found `{`"),
    ("key: [a, b\n", (1, 6, 7), "`[` is never closed"),
    ("a: [1,\n2", (1, 4, 5), "`[` is never closed"),
    ("a: b: c\n", (1, 5, 6), "a second `: ` on one line"),
    ("a:\n  b: 'x': y\n", (2, 9, 10), "a second `: ` on one line"),
    ("a: 1\n b: 2\n", (2, 2, 4), "the key `b:` is not allowed here"),
    ("a\nb: 1\n", (2, 1, 3), "the key `b:` is not allowed here"),
    ("a:\n\tb: 1\n", (2, 1, 2), "a tab is used where YAML takes spaces only"),
    ("\ta: 1\n", (1, 1, 2), "a tab is used where YAML takes spaces only"),
    ("a:\n  b: 1\n\tc: 2\n", (3, 1, 2), "a tab is used where YAML takes spaces only"),
    ("a: x\n\t\n", (2, 1, 2), "a tab is used where YAML takes spaces only"),
    ('a: "x\n', (1, 4, 5), "this quote is never closed"),
    ("a: 'x\nb: 1\n", (1, 4, 5), "this quote is never closed"),
    ('a: "b\n---\n"\n', (1, 4, 5), "this quote is never closed"),
    ('a: "\\q"\n', (1, 5, 7), "`\\q` is not an escape that YAML reads"),
    ('x: "\\x1"\n', (1, 5, 7), "`\\x` is not an escape that YAML reads"),
    ("a: @x\n", (1, 4, 5), "a value cannot begin with `@`"),
    ("a: `x\n", (1, 4, 5), "a value cannot begin with a backtick"),
    ("a: %x\n", (1, 4, 5), "a value cannot begin with `%`"),
    ("a: 1\nfoo\n", (2, 1, 4), "a `key: value` is expected here"),
    ("a: 1\nlr:0.1\n", (2, 1, 7), "a `key: value` is expected here"),
    ("- a\nb: 1\n", (2, 1, 2), "expected another `- item` of the list, found `b`"),
    ("a:\n  - 1\n  b: 2\n", (3, 3, 4), "expected another `- item` of the list, found `b`"),
    ("a:\n  b: 1\n - c\n", (3, 2, 3), "expected another key of the mapping, found `-`"),
    ('a: "x" y\n', (1, 8, 9), "`y` cannot follow a value"),
    ("a: &a &b x\n", (1, 7, 9), "`&b` cannot follow a value"),
    ("a: - b\n", (1, 4, 5), "a list cannot begin on the line of its key"),
    ("a: *\n", (1, 4, 5), "a name is expected after `*`"),
    ("a: & b\n", (1, 4, 5), "a name is expected after `&`"),
    ("a: }\n", (1, 4, 5), "`}` closes nothing"),
    ("]", (1, 1, 2), "`]` closes nothing"),
    ("{a: 1}}", (1, 7, 8), "`}` closes nothing"),
    ("a: [,1]\n", (1, 5, 6), "expected a value, found `,`"),
    ("a: [{]\n", (1, 6, 7), "expected a value, found `]`"),
    ("a: [\n", (1, 5, 5), "expected a value, found the end of the text"),
    ("a: |x\n  b\n", (1, 5, 6), "`x` cannot follow the `|` or `>` of a text of several lines"),
    ("a: 1\n...\nb: 2\n", (3, 1, 2), "the document ends above, and `b` follows"),
    ("%YAML 2.0\n---\na: 1\n", (1, 1, 6), "this version of YAML is not known"),
    (
        "%YAML x\n---\na: 1\n",
        (1, 1, 6),
        "a line that begins with % is a YAML directive, and YAML has none of this name",
    ),
]


def parsed(text: str, findings: Findings) -> Node | None:
    """The value as an override would have it: nothing is repaired in those."""
    return read_value(text, Source.of("x", text), findings)


PARSERS = [
    parser
    for name in ("SafeLoader", "CSafeLoader")
    if (parser := getattr(yaml, name, None)) is not None
]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(("text", "at", "message"), MISTAKES)
def test_a_mistake_is_reported_in_our_words_at_its_place(
    *,
    text: str,
    at: tuple[int, int, int],
    message: str,
    parser: type,
    findings: Findings,
    only: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "PARSER", parser)
    assert parsed(text, findings) is None
    span = only().span
    assert (only().code, (span.line, span.column, span.end_column), only().message) == (
        "syntax",
        at,
        message,
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "label"),
    [
        ("a: [1, 2\nb: 3\n", 1, 4, "`[` is opened here"),
        ("a:\n  - 1\n  b: 2\n", 2, 3, "the list begins here"),
        ("a:\n  b: 1\n - c\n", 1, 1, "the mapping begins here"),
    ],
)
def test_where_it_began_is_reported_too(
    *, text: str, line: int, column: int, label: str, findings: Findings, only: Callable[[], Any]
) -> None:
    parsed(text, findings)
    ((span, text),) = only().related
    assert (span.line, span.column, text) == (line, column, label)


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("a: {x: ${vars.w}}\n", "a reference has no braces: $vars.NAME"),
        ("a: 1\nlr:0.1\n", "put a space after the colon"),
        ("a: 1\nfoo\n", "put `: ` after the key"),
        ("a:\n\tb: 1\n", "indent with spaces"),
        ("a: [1\n", "add `]`"),
        ("a: 'x\n", "add `'`"),
        ("a: @x\n", "quote the value"),
    ],
)
def test_help_says_what_to_do(
    text: str, help_: str, findings: Findings, only: Callable[[], Any]
) -> None:
    parsed(text, findings)
    assert only().help == help_


@pytest.mark.parametrize("text", ["a: !<x\n", "a: !foo!bar x\n", "a: !<%FF> x"])
def test_a_broken_tag_is_a_tag(
    text: str, findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    assert parsed(text, findings) is None
    assert [(code, line, column) for code, line, column, _ in reported()] == [("tag", 1, 4)]


def test_what_was_found_before_the_mistake_is_reported_as_well(
    findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    parsed("a: 1\na: 2\nb: [\n", findings)
    assert [code for code, *_ in reported()] == ["duplicate-key", "syntax"]
