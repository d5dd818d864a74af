from __future__ import annotations

from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import PipelineText
from cifar_pipe.trackers.settings import written_settings
from tests.cases.case import BASE


def settings(*overrides: str) -> dict[str, object]:
    pipeline = typed(PipelineText(BASE), overrides, Findings())
    assert pipeline is not None
    return written_settings(pipeline)


def test_what_is_written_is_there_though_it_is_the_default() -> None:
    # SGD's own.
    assert settings("train.optimizer={type: SGD, lr: 0.001}")["train.optimizer.lr"] == 0.001
    assert settings()["train.optimizer.type"] == "SGD"
    assert settings("train.optimizer=Adam")["train.optimizer.type"] == "Adam"


def test_what_is_not_written_is_not_there() -> None:
    found = settings("train.scheduler=null")
    assert "train.scheduler" not in found
    assert "train.optimizer.nesterov" not in found


def test_a_stage_has_a_type_where_its_id_is_another_word() -> None:
    assert "train.type" not in settings()
    found = settings("stages.again={type: evaluate, split: train}")
    assert (found["again.type"], found["again.split"]) == ("evaluate", "train")


def test_a_list_is_one_value() -> None:
    found = settings("load_data.transforms=[ToTensor, {type: Normalize, mean: [0.5], std: [0.5]}]")
    assert found["load_data.transforms"] == (
        '[{"type": "ToTensor"}, {"type": "Normalize", "mean": [0.5], "std": [0.5]}]'
    )
