from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cifar_pipe.compose.compose import compose
from cifar_pipe.compose.provenance import Removals, at_reference, extended, with_origin
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import SET_HERE, Source, Span
from cifar_pipe.syntax.nodes import walk


def labels(span: Span) -> list[str]:
    found = []
    while span.origin is not None:
        span, label = span.origin
        found.append(label)
    return found


def test_a_scalar_takes_the_place_of_its_reference(root_of: Callable[[str], Any]) -> None:
    root = root_of("a: 1\nb: $vars.a\n")
    value, reference = root.get("a"), root.get("b")
    placed = at_reference(value, reference.span)
    assert (placed.value, placed.span) == (1, reference.span)
    assert placed.span.origin == (value.span, SET_HERE)


def test_what_is_in_a_collection_stays_where_it_was_written(root_of: Callable[[str], Any]) -> None:
    root = root_of("a: {x: [1]}\nb: $vars.a\n")
    placed = at_reference(root.get("a"), root.get("b").span)
    assert placed.span == root.get("b").span
    inner = [node for node in walk(placed) if node is not placed]
    assert [node.span.line for node in inner] == [1, 1]
    assert [labels(node.span) for node in inner] == [["it is used here"]] * 2
    assert labels(placed.items["x"].key_span) == ["it is used here"]


def test_an_origin_is_added_after_the_last_one(root_of: Callable[[str], Any]) -> None:
    root = root_of("a: [1]\n")
    once = with_origin(root, (root.span, "first"))
    twice = with_origin(once, (root.span, "second"))
    assert [labels(node.span) for node in walk(twice)] == [["first", "second"]] * 3
    assert labels(twice.items["a"].key_span) == ["first", "second"]
    assert labels(extended(root.span, (root.span, "only"))) == ["only"]


def test_what_is_removed_is_the_second_place_of_a_finding() -> None:
    removed = Removals()
    span = Span(Source.of("x", "a: null"), 1, 1, 8)
    removed["vars", "a"] = span
    assert removed.related("vars", "a") == [(span, "a is removed here")]
    assert removed.related("stages", "a") == []


def test_a_composition_knows_what_was_removed(findings: Findings) -> None:
    text = "stages: {train: {}, report: {}}\nvars: {w: 1}\n"
    found = compose(Path("x.yaml"), text, ["report=null", "vars.w=null"], findings)
    assert found is not None
    assert [*found.removed] == [("stages", "report"), ("vars", "w")]
