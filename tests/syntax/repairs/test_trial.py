from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.reader import read
from cifar_pipe.syntax.repairs import trial


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 1\nb\uff1a2\nc: 3\n", {"a": 1, "b": 2, "c": 3}),
        ("a:\n  b: 1\n+  c: 2\n  d: 3\n", {"a": {"b": 1, "c": 2, "d": 3}}),
        ("import x\nimport y\na: 1\n", {"a": 1}),
        ("$ cat x\na: 1\nb = 2\n", {"a": 1, "b": 2}),
    ],
)
def test_what_is_left_is_read(text: str, data: object, findings: Findings) -> None:
    root = read(text, "x", findings)
    assert root is not None
    assert to_plain(root) == data


def test_places_are_those_of_the_source(
    findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    root = read("a: 1\n12: b:  {c:\u00a01, d: 2}\nx\u200b: {b: 2, b: 3}\n", "x", findings)
    assert root is not None
    span = root.items["b"].value.items["d"].value.span  # type: ignore[union-attr]
    assert (span.line, span.column, span.end_column) == (2, 19, 20)
    assert ("duplicate-key", 3, 12, 13) in reported()


def test_the_first_line_is_shown_and_the_others_are_named(
    findings: Findings, only: Callable[[], Any]
) -> None:
    read("".join(f"k{n}\uff1a{n}\n" for n in range(12)), "x", findings)
    assert only().span.line == 1
    assert only().notes == ("the same in lines 2, 3, 4, 5, 6, 7, 8, 9 and 3 more",)


def test_what_does_not_get_the_parser_further_is_not_the_cause(
    findings: Findings, only: Callable[[], Any]
) -> None:
    assert read("a: \u5206\uff1a\u7c7b\nb: 'x\n", "x", findings) is None
    assert only().message == "this quote is never closed"


def test_text_in_a_block_is_not_touched(findings: Findings, only: Callable[[], Any]) -> None:
    text = "a: |\n  ```\n  b\uff1a1\n  ```\nc = 1\n"
    root = read(text, "x", findings)
    assert root is not None
    assert to_plain(root) == {"a": "```\nb\uff1a1\n```\n", "c": 1}
    assert only().span.line == 5


def test_a_repair_that_only_gets_further_ends_the_reading(
    findings: Findings, only: Callable[[], Any]
) -> None:
    assert read("[train]\nepochs: 1\n", "x", findings) is None
    assert only().span.line == 1


def test_there_are_only_so_many_trials(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MOST_CHARACTERS", 0)
    assert read("import x\na: 1\n", "x", findings) is None
    assert findings
