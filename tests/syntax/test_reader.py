from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.nodes import (
    MappingNode,
    to_plain,
)
from cifar_pipe.syntax.reader import read, read_value

pytestmark = pytest.mark.usefixtures("each_parser")


def place(span: Span) -> tuple[int, int, int]:
    return span.line, span.column, span.end_column


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "a: 1\rb: 2\r", "a: 1\nb: 2"])
def test_all_line_ends_are_read(text: str, root_of: Callable[[str], Any]) -> None:
    root = root_of(text)
    assert to_plain(root) == {"a": 1, "b": 2}
    assert place(root.items["b"].value.span) == (2, 4, 5)


@pytest.mark.parametrize("text", ["%YAML 1.2\n---\na: 1\n", "---\na: 1\n...\n", "# hello\na: 1"])
def test_directives_and_document_marks_are_fine(text: str, root_of: Callable[[str], Any]) -> None:
    assert to_plain(root_of(text)) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty; a pipeline is a mapping"),
        ("# only this\n", "the file is empty; a pipeline is a mapping"),
        ("---\n", "the file is empty; a pipeline is a mapping"),
        ("- a\n", "a pipeline is a mapping of keys, not a list"),
        ("[]", "a pipeline is a mapping of keys, not a list"),
        ("lenet", "a pipeline is a mapping of keys, not a single value"),
    ],
)
def test_the_document_has_to_be_a_mapping(
    text: str, message: str, findings: Findings, only: Callable[[], Any]
) -> None:
    assert read(text, "x", findings) is None
    assert (only().code, only().message) == ("not-a-mapping", message)


def test_a_missing_space_after_the_only_colon_is_guessed(
    findings: Findings, only: Callable[[], Any]
) -> None:
    assert read("epochs:2", "x", findings) is None
    assert only().help == "put a space after the colon"


def test_thousands_of_mistakes_are_not_all_reported(findings: Findings) -> None:
    with findings.limited():
        read("k: 1\n" * 5000, "x", findings)
    assert len(findings.errors) == 201
    assert findings.errors[-1].code == "too-large"
    assert findings.all_sorted()[-1].span.line == 202


def test_a_second_document_is_reported(
    findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    assert to_plain(read("a: 1\n---\nb: 2\n", "x", findings)) == {"a": 1, "b": 2}
    assert reported() == [("syntax", 2, 1, 4)]


def test_whatever_the_parser_raises_is_a_finding(
    findings: Findings, reported: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_: object, **__: object) -> object:
        yield from yaml_events("a: 1")
        raise AttributeError("NoneType")

    yaml_events = yaml.parse
    monkeypatch.setattr(yaml, "parse", parse)
    assert read("a: 1", "x", findings) is None
    assert [code for code, *_ in reported()] == ["syntax"]


def value_of(text: str, findings: Findings) -> Any:
    source = Source.of("-S a=" + text, "a=" + text)
    return read_value(text, source, findings, column_offset=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("[1, 2]", [1, 2]),
        ("{type: SGD, lr: 1}", {"type": "SGD", "lr": 1}),
        ("null", None),
        ("''", ""),
        ("a b", "a b"),
    ],
)
def test_a_value_is_any_node(text: str, value: object, findings: Findings) -> None:
    node = value_of(text, findings)
    assert not findings
    assert to_plain(node) == value


def test_columns_of_a_value_count_what_is_before_it(
    findings: Findings, reported: Callable[[], list[Any]]
) -> None:
    node = value_of("{b: 1}", findings)
    assert isinstance(node, MappingNode)
    assert place(node.span) == (1, 3, 9)
    assert place(node.items["b"].value.span) == (1, 7, 8)
    value_of("[1", findings)
    assert reported() == [("syntax", 1, 3, 4)]


@pytest.mark.parametrize("text", ["# only a comment", "...", "[", "a\0", "a: b: c"])
def test_a_value_that_is_missing_is_reported(text: str, findings: Findings) -> None:
    assert value_of(text, findings) is None
    assert findings
