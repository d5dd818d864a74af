from __future__ import annotations

from pathlib import Path

from cifar_pipe.compose.compose import compose
from cifar_pipe.compose.removals import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span


def test_what_is_removed_is_the_second_place_of_a_finding() -> None:
    removed = Removals()
    span = Span(Source.of("x", "a: null"), 1, 1, 8)
    removed.add("vars", "a", span)
    assert removed.related("vars", "a") == [(span, "a is removed here")]
    assert removed.related("stages", "a") == []


def test_a_composition_knows_what_was_removed(findings: Findings) -> None:
    text = "stages: {train: {}, report: {}}\nvars: {w: 1}\n"
    found = compose(Path("x.yaml"), text, ["report=null", "vars.w=null"], findings)
    assert found is not None
    assert [*found.removed.spans] == [("stages", "report"), ("vars", "w")]
