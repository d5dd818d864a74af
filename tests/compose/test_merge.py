from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.compose.merge import Merger
from cifar_pipe.compose.provenance import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import to_plain

Merged = Callable[[str, str], Any]


@pytest.fixture
def merged(root_of: Callable[[str], Any], findings: Findings) -> Merged:
    return lambda base, over: to_plain(
        Merger(findings, Removals()).merge(root_of(base), root_of(over))
    )


@pytest.mark.parametrize(
    ("base", "over", "result"),
    [
        ("{a: {x: 1, y: 2}}", "{a: {y: 3, z: 4}}", {"a": {"x": 1, "y": 3, "z": 4}}),
        ("{a: {b: {x: 1}}}", "{a: {b: {y: 2}}}", {"a": {"b": {"x": 1, "y": 2}}}),
        ("{a: [1, 2, 3]}", "{a: [4]}", {"a": [4]}),
        ("{a: {x: 1}}", "{a: 5}", {"a": 5}),
        ("{a: 5}", "{a: {x: 1}}", {"a": {"x": 1}}),
        ("{a: [1]}", "{a: {x: 1}}", {"a": {"x": 1}}),
        ("{a: 1}", "{a: null}", {"a": None}),
        ("{a: {x: 1}}", "{a: null}", {"a": None}),
        ("{a: 1, b: 2}", "{c: 3, a: 4}", {"a": 4, "b": 2, "c": 3}),
    ],
)
def test_mappings_merge_by_key_and_all_else_replaces(
    base: str, over: str, result: Any, merged: Merged, findings: Findings
) -> None:
    found = merged(base, over)
    assert found == result
    assert list(found) == list(result)
    assert not findings


@pytest.mark.parametrize(
    ("base", "over", "result"),
    [
        ("{type: SGD, lr: 0.1}", "{lr: 0.2}", {"type": "SGD", "lr": 0.2}),
        ("{type: SGD, lr: 0.1}", "{type: Adam}", {"type": "Adam"}),
        ("{type: SGD, lr: 0.1}", "{type: SGD, momentum: 0.9}", {"type": "SGD", "momentum": 0.9}),
        ("{type: SGD, lr: 0.1}", "SGD", "SGD"),
        ("SGD", "{lr: 0.1}", {"type": "SGD", "lr": 0.1}),
        ("SGD", "{type: Adam, lr: 0.1}", {"type": "Adam", "lr": 0.1}),
        ("$vars.optimizer", "{lr: 0.1}", {"lr": 0.1}),
    ],
)
def test_a_type_replaces_and_a_bare_name_is_a_type(
    base: str, over: str, result: Any, merged: Merged
) -> None:
    stage = "{{stages: {{train: {{optimizer: {}}}}}}}"
    found = merged(stage.format(base), stage.format(over))
    assert found["stages"]["train"]["optimizer"] == result


def test_a_stage_with_a_type_replaces_the_one_of_its_id(merged: Merged) -> None:
    found = merged("stages: {a: {split: test}}", "stages: {a: {type: evaluate}}")
    assert found == {"stages": {"a": {"type": "evaluate"}}}


def test_an_entry_of_an_id_map_may_be_called_type(merged: Merged) -> None:
    assert merged("vars: {a: 1}", "vars: {type: x}") == {"vars": {"a": 1, "type": "x"}}


@pytest.mark.parametrize("name", ["stages", "vars", "blocks"])
def test_null_removes_entries_of_the_id_maps(name: str, merged: Merged, findings: Findings) -> None:
    assert merged(f"{name}: {{a: {{}}, b: {{}}}}", f"{name}: {{a: null}}") == {name: {"b": {}}}
    assert not findings


def test_what_is_not_there_cannot_be_removed(merged: Merged, only: Callable[[], Any]) -> None:
    # What would be there is reported once: it remains a value that has its finding.
    found = merged("stages: {train: {}}", "stages:\n  trian:\n")
    assert found == {"stages": {"train": {}, "trian": ""}}
    found = only()
    assert (found.code, found.span.line, found.span.column) == ("type", 2, 3)
    assert "has no `trian`" in found.message
    assert found.help == "did you mean `train`?"


def test_an_empty_stage_of_a_file_that_extends_none_is_left_to_its_type(
    merged: Merged, findings: Findings
) -> None:
    assert merged("{}", "stages: {report: }") == {"stages": {"report": None}}
    assert not findings


def test_a_merged_mapping_is_where_the_later_file_has_it(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    base, over = root_of("a: {x: 1}"), root_of("\na: {y: 2}")
    found = Merger(findings, Removals()).merge(base, over).items["a"]
    assert found.key_span.line == 2
    assert found.value.span.line == 2
    assert found.value.items["x"].value.span.line == 1
