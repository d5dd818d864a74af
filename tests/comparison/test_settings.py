"""The settings in which pipelines differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.checks.check import typed
from cifar_pipe.comparison.settings import (
    ABSENT,
    difference_of_settings,
    differing_settings,
    settings_of,
)
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import PipelineText
from cifar_pipe.pipeline.pipeline import Pipeline
from tests.cases.case import BASE


def pipeline(*overrides: str, text: str = BASE) -> Pipeline:
    findings = Findings()
    found = typed(PipelineText(text), overrides, findings)
    assert found is not None, findings.sorted()
    assert not findings.errors, findings.sorted()
    return found


def differences(*overrides: str) -> dict[str, tuple[Any, ...]]:
    found = differing_settings([pipeline(), pipeline(*overrides)])
    return {one.name: one.values for one in found}


def test_pipelines_that_say_the_same_in_other_words_do_not_differ() -> None:
    assert differences("train.optimizer={type: SGD, lr: 0.001, momentum: 0.9}") == {}
    assert differences("train.loss={type: CrossEntropyLoss}", "load_data.shuffle=true") == {}


@pytest.mark.parametrize(
    ("override", "name", "values"),
    [
        ("seed=3", "seed", (0, 3)),
        ("train.optimizer.lr=0.1", "train.optimizer.lr", (0.001, 0.1)),
        ("train.optimizer.nesterov=true", "train.optimizer.nesterov", (False, True)),
        ("runtime.precision=bfloat16", "runtime.precision", ("float32", "bfloat16")),
        ("load_data.batch_size=20", "load_data.batch_size", (4, 20)),
    ],
)
def test_a_setting_is_named_as_an_override_names_it(
    override: str, name: str, values: tuple[Any, Any]
) -> None:
    assert differences(override) == {name: values}


def test_a_component_of_another_type_is_one_setting_with_its_arguments() -> None:
    found = differences("train.optimizer={type: AdamW, lr: 0.002}")
    # SGD's lr has its default.
    before = {"type": "SGD", "momentum": 0.9}
    assert found == {"train.optimizer": (before, {"type": "AdamW", "lr": 0.002})}


def test_lists_of_the_same_types_differ_in_their_items_and_others_as_a_whole() -> None:
    layers = settings_of(pipeline())["stages"]["build_model"]["layers"]
    place = next(at for at, one in enumerate(layers) if one["type"] == "Linear")
    name = layers[place].get("id", place)
    found = differences(f"build_model.layers.{name}.out_features=64")
    assert [*found.values()] == [(layers[place]["out_features"], 64)]
    other = differences("load_data.transforms=[ToTensor, RandomHorizontalFlip]")
    assert [*other] == ["load_data.transforms"]


def test_what_changes_no_result_is_said_to_be_so() -> None:
    overrides = ("train.log_every=7", "runtime.threads=1", "train.optimizer.lr=0.1")
    found = differing_settings([pipeline(), pipeline(*overrides)])
    assert [(one.name, one.changes_results) for one in found] == [
        ("train.optimizer.lr", True),
        ("runtime.threads", False),
        ("train.log_every", False),
    ]


def test_a_stage_that_only_one_has_is_one_setting() -> None:
    found = differing_settings([pipeline(), pipeline("stages.report=null")])
    assert [(one.name, one.changes_results) for one in found] == [("report", False)]
    assert found[0].values[1] is ABSENT
    assert found[0].stage == "report"


def test_several_pipelines_are_compared_at_once() -> None:
    three = [pipeline(), pipeline("train.optimizer.lr=0.1"), pipeline("seed=1")]
    found = {one.name: one.values for one in differing_settings(three)}
    assert found == {"seed": (0, 0, 1), "train.optimizer.lr": (0.001, 0.1, 0.001)}


def test_true_is_not_one_and_a_whole_number_is_what_it_is() -> None:
    assert differences("train.optimizer.lr=1e-3") == {}


def test_run_directories_are_compared_by_what_they_ran(tmp_path: Path) -> None:
    for name, lr in (("a", "0.001"), ("b", "0.01")):
        (tmp_path / name).mkdir()
        text = BASE.replace("lr: 0.001", f"lr: {lr}")
        (tmp_path / name / "resolved.yaml").write_text(text)
    found = difference_of_settings(tmp_path / "a", tmp_path / "b")
    assert found is not None
    assert [one.name for one in found] == ["train.optimizer.lr"]
    (tmp_path / "b" / "resolved.yaml").write_text("version: 9\n")
    assert difference_of_settings(tmp_path / "a", tmp_path / "b") is None
    assert difference_of_settings(tmp_path / "a", tmp_path / "nothing") is None
