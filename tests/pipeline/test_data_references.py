from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.data_references import data_references, report_without_source, resolve_data
from cifar_pipe.syntax.nodes import is_error, to_plain


def test_facts_of_the_data_replace_their_references(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of("{a: $data.num_classes, b: [$data.image_shape], c: '$data.channels', d: 1}")
    facts = {"num_classes": 10, "image_shape": (3, 32, 32)}
    resolved = resolve_data(root, facts, findings)
    assert to_plain(resolved) == {"a": 10, "b": [[3, 32, 32]], "c": "$data.channels", "d": 1}
    assert resolved.items["a"].value.span == root.items["a"].value.span
    assert not findings.not_known


def test_a_fact_that_is_not_there_is_not_known(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of("{a: $data.num_classes, b: $data.channels, c: $data.wrong, d: $vars.x}")
    resolved = resolve_data(root, {"num_classes": None}, findings)
    assert to_plain(resolved) == to_plain(root)
    assert [entry.check for entry in findings.not_known] == [
        "what $data.num_classes is",
        "what $data.channels is",
    ]
    assert not findings


def test_targets_that_are_numbers_have_no_classes_to_count(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of("{a: $data.num_classes, b: $data.channels}")
    resolved = resolve_data(root, {"channels": 3}, findings, no_classes="load_data")
    assert is_error(resolved.get("a"))
    assert resolved.get("b").value == 3
    (found,) = findings.errors
    assert found.message.endswith("the targets of load_data are numbers, not classes")


def test_each_reference_that_no_stage_answers_is_reported(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of(
        "{a: [$data.num_classes], b: $data.channels, c: $data.wrong, d: '$data.channels'}"
    )
    assert [node.value for node in data_references(root)] == ["$data.num_classes", "$data.channels"]
    report_without_source(root, findings)
    assert [found.code for found in findings.errors] == ["reference", "reference"]
