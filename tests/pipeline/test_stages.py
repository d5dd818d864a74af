from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.stages import typed_document, typed_stages


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 2", "this cifar-pipe reads version 1 of the language, not 2"),
        ("version: true", "this cifar-pipe reads version 1 of the language, not true"),
        ("version: 1\nstages: {}\ntrain: {}", "a pipeline has no key `train`"),
        ("version: 1\nsede: 3", "a pipeline has no key `sede`"),
        ("seed: 3", "a pipeline needs a key `version`"),
        ("version: 1\nseed: -1", "seed takes a whole number from 0 to 2^63 - 1, not -1"),
    ],
)
def test_a_wrong_top_level_is_one_finding(
    text: str,
    message: str,
    root_of: Callable[[str], Any],
    findings: Findings,
    only: Callable[[], Any],
) -> None:
    assert typed_document(root_of(text), findings) is None
    assert only().message == message


def test_the_top_level_is_typed_beside_its_stages(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    document = typed_document(root_of("{version: 1, seed: 7, stages: {}, vars: {}}"), findings)
    assert not findings
    assert document is not None
    assert (document.seed, document.runtime.device) == (7, "auto")


@pytest.mark.parametrize(
    ("stages", "code", "message"),
    [
        ("3", "not-a-mapping", "stages takes a mapping from ids to stages, not 3"),
        ("{}", "not-a-mapping", "stages takes a mapping from ids to stages, not {}"),
        (
            "{Load: {type: load_data, dataset: Shapes}}",
            "stage-id",
            "a stage id is lower-case letters, digits and `_`, not `Load`",
        ),
        (
            "{seed: {type: load_data, dataset: Shapes}}",
            "stage-id",
            "`seed` is a key of the top level, not a stage id",
        ),
        ("{trian: {}}", "unknown-stage", "there is no stage type `trian`"),
        ("{a: {type: 3}}", "type", "type takes the name of a stage type, not 3"),
        ("{load_data: {datset: Shapes}}", "unknown-key", "load_data has no key `datset`"),
    ],
)
def test_a_wrong_stage_is_one_finding(
    stages: str,
    code: str,
    message: str,
    root_of: Callable[[str], Any],
    findings: Findings,
    only: Callable[[], Any],
) -> None:
    declared = typed_stages(root_of(f"stages: {stages}"), findings)
    assert not [one for one in declared if one.typed and code != "stage-id"]
    assert (only().code, only().message) == (code, message)


@pytest.mark.parametrize(
    ("stages", "help_"),
    [
        ("{reports: {}}", "did you mean `report`?"),
        ("{report: {}, reports: {}}", "write type: report below it"),
        ("{reports: {}, report: {}}", "write type: report below it"),
        ("{report: {}, again: {type: reports}}", "did you mean `report`?"),
    ],
)
def test_an_id_like_that_of_another_stage_is_told_its_type(
    stages: str,
    help_: str,
    root_of: Callable[[str], Any],
    findings: Findings,
    only: Callable[[], Any],
) -> None:
    typed_stages(root_of(f"stages: {stages}"), findings)
    assert only().help == help_


def test_a_stage_with_findings_keeps_what_its_wiring_depends_on(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of("stages: {evaluate: {batch_size: x, from: {model: train}}}")
    (declared,) = typed_stages(root, findings)
    assert not declared.typed
    assert declared.gives == {"metrics"}
    assert declared.stage is not None
    assert declared.stage.spec.from_ == {"model": "train"}


def test_the_id_is_the_type_unless_type_is_written(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    text = "stages: {mine: {type: load_data, dataset: Shapes}, load_data: {dataset: Shapes}}"
    declared = typed_stages(root_of(text), findings)
    assert not findings
    assert [one.stage.type.name for one in declared if one.stage] == ["load_data"] * 2


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("report", "write `report: {}` for a stage without settings"),
        ("train", "indent its settings below it; it needs loss (a loss), optimizer (an optimizer)"),
    ],
)
def test_an_empty_stage_is_told_what_it_needs(
    stage: str,
    words: str,
    root_of: Callable[[str], Any],
    findings: Findings,
    only: Callable[[], Any],
) -> None:
    typed_stages(root_of(f"stages: {{{stage}: }}"), findings)
    assert (only().message, only().help) == (f"{stage} is an empty stage", words)
