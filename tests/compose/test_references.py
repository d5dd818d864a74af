from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.compose.references import resolve_vars
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import ScalarNode, reference_in, to_plain

Resolved = Callable[[str], Any]


@pytest.fixture
def resolved(root_of: Callable[[str], Any], findings: Findings) -> Resolved:
    return lambda text: to_plain(resolve_vars(root_of(text), findings, Removals()))


@pytest.mark.parametrize(
    ("variables", "reference", "value"),
    [
        ("w: 6", "$vars.w", 6),
        ("w: 0.5", "$vars.w", 0.5),
        ('w: "6"', "$vars.w", "6"),
        ("w: true", "$vars.w", True),
        ("w: [1, {a: b}]", "$vars.w", [1, {"a": "b"}]),
        ("w: {a: {b: 3}}", "$vars.w.a.b", 3),
        ("w: {a: {b: 3}}", "$vars.w.a", {"b": 3}),
        ("w: [5, 6]", "$vars.w.1", 6),
        ("w: $vars.v, v: 7", "$vars.w", 7),
        ("w: {a: $vars.v}, v: 7", "$vars.w", {"a": 7}),
        ("w: $vars.v, v: {a: 7}", "$vars.w.a", 7),
        ("w: $data.num_classes", "$vars.w", "$data.num_classes"),
        ("w: $$x", "$vars.w", "$x"),
    ],
)
def test_a_reference_is_the_value_with_its_type(
    variables: str, reference: str, value: Any, resolved: Resolved, findings: Findings
) -> None:
    found = resolved(f"{{vars: {{{variables}}}, a: [{reference}]}}")["a"][0]
    assert found == value
    assert type(found) is type(value)
    assert not findings.errors


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$$vars.w", "$vars.w"),
        ("$$", "$"),
        ("$$$", "$$"),
        ("'$vars.w'", "$vars.w"),
        ('"$x"', "$x"),
        ("'runs/$vars.w'", "runs/$vars.w"),
        ("costs 5$", "costs 5$"),
        ("a$b", "a$b"),
        ("$data.image_shape", "$data.image_shape"),
    ],
)
def test_what_is_not_a_reference_is_left_as_text(
    written: str, value: str, resolved: Resolved, findings: Findings
) -> None:
    assert resolved(f"{{vars: {{w: 1}}, a: {written}}}")["a"] == value
    assert not findings.errors


def test_a_literal_dollar_is_not_a_reference_afterwards(root_of: Callable[[str], Any]) -> None:
    root = resolve_vars(root_of("a: $$data.num_classes"), Findings(), Removals())
    node = root.get("a")
    assert isinstance(node, ScalarNode)
    assert not node.plain
    assert reference_in(node) is None


def test_a_value_is_where_its_reference_is(root_of: Callable[[str], Any]) -> None:
    root = resolve_vars(root_of("vars: {w: {x: 1}}\na: $vars.w\n"), Findings(), Removals())
    span = root.items["a"].value.span
    assert (span.line, span.column, span.end_column) == (2, 4, 11)
    assert root.items["a"].value.items["x"].value.span.line == 1


@pytest.mark.parametrize(
    ("reference", "message", "help_"),
    [
        ("$vars.wdith", "vars has no `wdith`", "did you mean `$vars.width`?"),
        ("$vars.deep.b", "vars.deep has no `b`", "allowed are: a"),
        ("$vars.width.x", "vars.width has no `x`", None),
        ("$vars.list.9", "vars.list has no `9`", None),
        ("$data.classes", "$data has no `classes`", "did you mean `num_classes`?"),
        ("$data", "$data needs a name", "allowed are: num_classes, image_shape, channels"),
        (
            "$HOME",
            "`$HOME` names nothing: a reference is $vars.NAME, $data.NAME or $model.NAME",
            "for the text itself write `$$HOME`, or quote it",
        ),
        (
            "$var.width",
            "`$var.width` names nothing: a reference is $vars.NAME, $data.NAME or $model.NAME",
            "did you mean `$vars.width`?",
        ),
        (
            "$vars",
            "`$vars` names nothing: a reference is $vars.NAME, $data.NAME or $model.NAME",
            "did you mean `$vars.NAME`?",
        ),
        (
            "runs/$vars.width",
            "$vars.width cannot be part of a longer text",
            "make the reference the whole value, or quote the text to keep it as it is",
        ),
    ],
)
def test_a_reference_to_nothing_is_reported(
    *, reference: str, message: str, help_: str | None, resolved: Resolved, only: Callable[[], Any]
) -> None:
    text = f"vars: {{width: 6, deep: {{a: 1}}, list: [1]}}\na: {reference}\n"
    # Left in place as a reference, so that it is reported once and not as a wrong value too.
    assert resolved(text)["a"] == f"${reference.removeprefix('$')}"
    found = only()
    assert (found.code, found.message, found.help) == ("reference", message, help_)
    assert (found.span.line, found.span.column) == (2, 4)


def test_without_vars_that_is_the_help(resolved: Resolved, only: Callable[[], Any]) -> None:
    resolved("a: $vars.w")
    assert only().help == "the pipeline has no `vars:`"


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ("a: $vars.a", "$vars.a -> $vars.a"),
        ("a: $vars.b, b: $vars.a", "$vars.b -> $vars.a -> $vars.b"),
        ("a: {x: $vars.a}", "$vars.a -> $vars.a"),
        ("a: [$vars.b], b: {c: $vars.a}", "$vars.b -> $vars.a -> $vars.b"),
        ("a: $vars.a.b", "$vars.a -> $vars.a"),
    ],
)
def test_a_cycle_is_reported_once_with_its_path(
    variables: str, path: str, resolved: Resolved, only: Callable[[], Any]
) -> None:
    resolved(f"{{vars: {{{variables}}}, use: $vars.a}}")
    assert only().code == "reference"
    assert only().message.endswith(f"leads to itself: {path}")


def test_references_cannot_multiply_without_bound(
    resolved: Resolved, only: Callable[[], Any]
) -> None:
    nine = "[x, x, x, x, x, x, x, x, x]"
    rows = [f"v{n}: [{', '.join([f'$vars.v{n - 1}'] * 9)}]" for n in range(1, 20)]
    resolved(f"{{vars: {{v0: {nine}, {', '.join(rows)}}}}}")
    assert only().code == "too-large"
    assert "20,000 values" in only().message


@pytest.mark.parametrize("row", ["v{n}: $vars.v{m}", "v{n}: [$vars.v{m}]"])
def test_references_cannot_nest_without_bound(
    row: str, resolved: Resolved, only: Callable[[], Any]
) -> None:
    rows = [row.format(n=n, m=n - 1) for n in range(1, 3000)]
    resolved(f"{{vars: {{v0: 1, {', '.join(reversed(rows))}}}}}")
    assert only().code == "too-large"
    assert "levels deep" in only().message
