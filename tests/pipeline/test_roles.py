"""The settings of all stage types are named as the roles name them: no check forgets a stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import pytest
from pydantic import Field

from cifar_pipe.catalog.core.component import ComponentOf, Loss, Optimizer, Scheduler
from cifar_pipe.checks.check import check
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline import stages as typing
from cifar_pipe.pipeline.roles import (
    Averages,
    ChoosesParameters,
    HasCallbacks,
    Measures,
    Monitors,
    RestoresBest,
    SetsSteps,
    ShowsImages,
    TakesFolder,
    TakesSplit,
    Trains,
    Tries,
    UsesLoss,
)
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import Output, StageSpec, StageType
from tests.cases.edits import small

# What a setting that holds components of a kind is called.
SETTINGS = {
    "dataset": {"dataset"},
    "transform": {"transforms", "views"},
    "layer": {"layers"},
    "initializer": {"initialize"},
    "loss": {"loss"},
    "optimizer": {"optimizer"},
    "scheduler": {"scheduler"},
    "averaging": {"averaging"},
    "callback": {"callbacks"},
    "sampler": {"sampler"},
    "metric": {"metrics"},
}
# What a setting means wherever it is.
ROLES = {
    "loss": UsesLoss,
    "optimizer": Trains,
    "scheduler": Trains,
    "for_stage": Tries,
    "accumulate": SetsSteps,
    "averaging": Averages,
    "trainable": ChoosesParameters,
    "callbacks": HasCallbacks,
    "restore_best": RestoresBest,
    "metrics": Measures,
    "views": Measures,
    "monitor": Monitors,
    "split": TakesSplit,
    "count": ShowsImages,
    "root": TakesFolder,
}


def kinds_in(annotation: Any) -> Iterator[str]:
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, ComponentOf):
            yield mark.kind
    for inner in get_args(annotation):
        yield from kinds_in(inner)


def kinds_of(spec: type[StageSpec], name: str) -> set[str]:
    field = spec.model_fields[name]
    marks = [mark.kind for mark in field.metadata if isinstance(mark, ComponentOf)]
    return {*marks, *kinds_in(field.annotation)}


@pytest.mark.parametrize("spec", [one.spec for one in STAGES.values()])
def test_components_are_in_settings_that_checks_know(spec: type[StageSpec]) -> None:
    for name in spec.model_fields:
        for kind in kinds_of(spec, name):
            assert name in SETTINGS[kind]


@pytest.mark.parametrize("spec", [one.spec for one in STAGES.values()])
def test_a_setting_gives_its_stage_the_role(spec: type[StageSpec]) -> None:
    made = spec.model_construct(**dict.fromkeys(spec.model_fields))
    for name in ROLES.keys() & spec.model_fields.keys():
        assert isinstance(made, ROLES[name])


def test_data_and_models_are_begun_by_one_stage_type_each() -> None:
    """What checks know of data and of networks they know from these settings."""
    specs = [one.spec for one in STAGES.values()]
    assert [one for one in specs if "data" in one.GIVES] == [LoadData]
    beginning = [one for one in specs if "model" in one.GIVES and "model" not in one.NEEDS]
    assert beginning == [BuildModel]


def test_what_gives_a_history_trains() -> None:
    giving = [one.spec for one in STAGES.values() if "history" in one.spec.GIVES]
    for spec in giving:
        assert isinstance(spec.model_construct(**dict.fromkeys(spec.model_fields)), Trains)


class FineTune(StageSpec):
    """Trains again."""

    NEEDS: ClassVar[tuple[Output, ...]] = ("data", "model")
    GIVES: ClassVar[tuple[Output, ...]] = ("model", "history")

    epochs: int | None = None
    steps: int | None = None
    loss: Loss
    optimizer: Optimizer
    scheduler: Scheduler | None = None
    log_every: int | None = None
    split: Literal["train", "val"] = Field("train")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("loss: NLLLoss, optimizer: {type: SGD, lr: 0.1}", "loss"),
        ("loss: MSELoss, optimizer: {type: Muon, lr: 0.1}", "optimizer"),
        ("loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0}", "no-effect"),
        ("loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.1}, split: val", "data"),
        (
            "loss: CrossEntropyLoss, optimizer: SGD, scheduler: {type: StepLR, step_size: 9}",
            "unreached",
        ),
    ],
)
def test_a_stage_type_that_is_added_is_checked(
    settings: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = StageType("fine_tune", FineTune, "nowhere.run")
    monkeypatch.setitem(typing.STAGES, "fine_tune", added)
    path = tmp_path / "mine.yaml"
    path.write_text(small(f"fine_tune: {{epochs: 1, {settings}}}"))
    findings = Findings()
    check(path, [], findings)
    assert [one.code for one in findings.all_sorted()] == [code]
