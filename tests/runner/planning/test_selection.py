from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.assembly import assemble
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.runner.planning.selection import ALL, Selection
from tests.cases.case import BASE


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    (tmp_path / "base.yaml").write_text(BASE)
    assembly = assemble(tmp_path / "base.yaml", (), Findings())
    assert assembly is not None
    return assembly.pipeline({})


def run_anew(selection: Selection, pipeline: Pipeline) -> list[str]:
    selection.check(pipeline)
    return [one.id for one in pipeline.stages if selection.asked_for_by(one, pipeline)]


def left_out(selection: Selection, pipeline: Pipeline) -> list[str]:
    selection.check(pipeline)
    return [one.id for one in pipeline.stages if selection.left_out_by(one, pipeline)]


def test_without_options_nothing_is_asked_for_or_left_out(pipeline: Pipeline) -> None:
    assert run_anew(Selection(), pipeline) == left_out(Selection(), pipeline) == []


def test_force_names_one_stage_or_all(pipeline: Pipeline) -> None:
    assert run_anew(Selection(force="train"), pipeline) == ["train"]
    assert len(run_anew(Selection(force=ALL), pipeline)) == len(pipeline.stages)


def test_from_and_until_name_a_range(pipeline: Pipeline) -> None:
    selection = Selection(start="save", until="evaluate")
    assert run_anew(selection, pipeline) == ["save", "predict", "evaluate", "report"]
    assert left_out(selection, pipeline) == ["report"]


def test_only_keeps_what_the_stage_takes_from(pipeline: Pipeline) -> None:
    selection = Selection(only="predict")
    assert run_anew(selection, pipeline) == ["predict"]
    assert left_out(selection, pipeline) == ["show_images", "save", "evaluate", "report"]


@pytest.mark.parametrize(
    ("selection", "message", "help_"),
    [
        (Selection(start="trian"), "--from: there is no stage trian", "did you mean `train`?"),
        (Selection(until="x"), "--until: there is no stage x", "load_data"),
        (Selection(force="x"), "--force: there is no stage x", "load_data"),
        (Selection(only="save", until="save"), "--only excludes --until", "leave one of them out"),
        (
            Selection(start="save", until="train"),
            "--from save comes after --until train",
            "the stages",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    pipeline: Pipeline, selection: Selection, message: str, help_: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        selection.check(pipeline)
    assert help_ in caught.value.help[0]
