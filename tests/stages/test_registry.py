"""A stage is a folder and a row: neither can be forgotten."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from cifar_pipe import stages
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import FinishingStageCode, StageType

FOLDER = Path(str(stages.__file__)).parent


def test_every_folder_has_a_row_and_every_row_a_folder() -> None:
    folders = {path.parent.name for path in FOLDER.glob("*/spec.py")}
    assert folders == set(STAGES)


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_a_row_leads_to_the_settings_and_to_the_code_of_its_folder(stage: StageType) -> None:
    assert stage.spec.__module__ == f"cifar_pipe.stages.{stage.name}.spec"
    assert stage.code == f"cifar_pipe.stages.{stage.name}.run"
    assert callable(import_module(stage.code).run)


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_the_settings_say_in_one_line_what_the_stage_does(stage: StageType) -> None:
    assert stage.spec.__doc__ == stage.summary
    assert "\n" not in stage.summary


def test_the_report_is_written_once_more_at_the_end() -> None:
    finishing = [
        stage.name
        for stage in STAGES.values()
        if isinstance(import_module(stage.code), FinishingStageCode)
    ]
    assert finishing == ["report"]
