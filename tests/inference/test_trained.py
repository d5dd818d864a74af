from __future__ import annotations

from pathlib import Path
from typing import Any

from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.inference.trained import data_stage_of, giver_of
from cifar_pipe.pipeline.assembly import PipelineText
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.syntax.writer import pipeline_yaml

DATA = {"type": "load_data", "dataset": {"type": "Shapes", "train": 40, "test": 20}}
MODEL = {"layers": ["Flatten", {"type": "Linear", "out_features": 10}]}
TRAIN = {
    "type": "train",
    "epochs": 1,
    "loss": "CrossEntropyLoss",
    "optimizer": {"type": "SGD", "lr": 0.1},
}


def pipeline(**stages: Any) -> Pipeline:
    findings = Findings()
    found = typed(PipelineText(pipeline_yaml({"version": 1, "stages": stages})), [], findings)
    assert found is not None
    assert not findings, findings.errors
    return found


def ids(found: Pipeline) -> tuple[str | None, str | None]:
    """Of the stage that gives the network, and of the one that loads its data."""
    giver, data = giver_of(found), data_stage_of(found)
    return giver.id if giver else None, data.id if data else None


def test_the_network_is_that_of_the_last_training_and_its_data() -> None:
    found = pipeline(
        a=DATA, b=DATA, build_model=MODEL, one=TRAIN, two={**TRAIN, "from": {"data": "a"}}
    )
    assert ids(found) == ("two", "a")


def test_the_data_of_a_network_that_is_loaded_is_what_it_is_evaluated_on(tmp_path: Path) -> None:
    load = {"file": str(tmp_path / "net.pth")}
    found = pipeline(load_data=DATA, build_model=MODEL, load=load, evaluate={})
    assert ids(found) == ("load", "load_data")


def test_a_pipeline_may_give_no_network_or_need_no_data() -> None:
    assert ids(pipeline(load_data=DATA)) == (None, None)


def test_the_data_of_a_network_without_a_training_is_what_it_is_built_for() -> None:
    assert ids(pipeline(load_data=DATA, build_model=MODEL)) == ("build_model", "load_data")
