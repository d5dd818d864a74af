from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.key_recovery import corrected, report_unknown_key, reported_missing
from cifar_pipe.syntax.nodes import ERROR_KEY, MappingNode, error_item

FIELDS = ("epochs", "loss", "optimizer")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{loss: x}", set()),
        ("{epochz: 1}", {"epochs"}),
        ("{unheard_of: 1}", {""}),
        ("{args: {epochs: 1}}", set(FIELDS)),
    ],
)
def test_a_field_is_reported_as_missing_where_a_wrong_key_is_written_for_it(
    text: str, missing: set[str], root_of: Callable[[str], Any]
) -> None:
    assert set(reported_missing(root_of(text), FIELDS)) == missing


def test_of_an_incomplete_mapping_any_field_may_be_missing(root_of: Callable[[str], Any]) -> None:
    span = root_of("a: 1").span
    incomplete = MappingNode({ERROR_KEY: error_item(span)}, span)
    assert set(reported_missing(incomplete, FIELDS)) == set(FIELDS)


def test_a_misspelt_key_is_reported_and_read_as_the_right_one(
    root_of: Callable[[str], Any], findings: Findings, only: Callable[[], Any]
) -> None:
    root = root_of("{stagess: {}, name: x}")
    found = corrected(root, ("stages", "vars"), "a pipeline", findings)
    assert list(found.items) == ["stages", "name"]
    assert (only().message, only().help) == (
        "a pipeline has no key `stagess`",
        "did you mean `stages`?",
    )


@pytest.mark.parametrize("text", ["{stages: {}, stagess: {}}", "{known: 1, other: 2}"])
def test_keys_that_are_there_or_known_are_left_alone(
    text: str, root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of(text)
    assert corrected(root, ("stages",), "it", findings, known=("known",)).items == root.items
    assert not findings


def test_an_unknown_key_is_reported_with_what_is_taken(
    root_of: Callable[[str], Any], findings: Findings, only: Callable[[], Any]
) -> None:
    item = root_of("{zzz: 1}").items["zzz"]
    report_unknown_key("a block has no key", item, FIELDS, findings, notes=["a note"])
    assert (only().code, only().message) == ("unknown-key", "a block has no key `zzz`")
    assert only().help == "allowed are: epochs, loss, optimizer"
    assert (only().span, only().notes) == (item.key_span, ("a note",))
