from __future__ import annotations

import json
from pathlib import Path

import pytest

from cifar_pipe.report.run_folder import RunFolder, StageFolder, is_number, mapping, number_of, rows


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_empty_folder_reads_as_empty(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.run == folder.pipeline == folder.log == {}
    assert folder.stages == []
    assert folder.pipeline_text == folder.resolved_text == ""


def test_stages_are_in_the_order_of_the_pipeline_then_any_others(tmp_path: Path) -> None:
    write(tmp_path / "resolved.yaml", "stages: {load_data: {batch_size: 4}, train: {}}")
    write(tmp_path / "run.json", json.dumps({"stages": {"train": {}, "evaluate": {}}}))
    write(tmp_path / "stages" / "extra" / "a.txt", "")
    stages = RunFolder(tmp_path).stages
    assert [stage.id for stage in stages] == ["load_data", "train", "evaluate", "extra"]
    assert stages[0].settings == {"batch_size": "4"}


def test_the_pipeline_as_written_stands_in_for_the_resolved_one(tmp_path: Path) -> None:
    write(tmp_path / "pipeline.yaml", "name: written")
    assert RunFolder(tmp_path).pipeline == {"name": "written"}


@pytest.mark.parametrize("text", ["{", "[1]", ""])
def test_what_was_not_written_to_its_end_is_empty(tmp_path: Path, text: str) -> None:
    for name in ("run.json", "resolved.yaml"):
        write(tmp_path / name, text)
    assert RunFolder(tmp_path).run == RunFolder(tmp_path).pipeline == {}


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "run.json").symlink_to(tmp_path / "run.json")
    with pytest.raises(OSError, match="symbolic links"):
        _ = RunFolder(tmp_path).run


def test_the_log_is_by_stage_without_half_a_last_line(tmp_path: Path) -> None:
    write(tmp_path / "metrics.jsonl", '{"stage": "a", "step": 1}\n{"stage": "b"}\n{"stage": "a", ')
    assert RunFolder(tmp_path).log == {"a": [{"stage": "a", "step": 1}], "b": [{"stage": "b"}]}


def test_points_are_the_finite_values_by_step(tmp_path: Path) -> None:
    steps = [{"step": 2, "loss": 0.5}, {"step": 1, "loss": 1}, {"step": 3, "loss": None}, {}]
    lines = [json.dumps({"stage": "train", **row}) for row in steps]
    write(tmp_path / "metrics.jsonl", "\n".join([*lines, '{"stage":"train","step":4,"loss":NaN}']))
    assert RunFolder(tmp_path).points("train", "loss") == [(1.0, 1.0), (2.0, 0.5)]
    assert RunFolder(tmp_path).points("other", "loss") == []


def test_a_stage_has_files_of_several_kinds(tmp_path: Path) -> None:
    write(tmp_path / "list.json", '[{"a": 1}, 2]')
    write(tmp_path / "table.csv", ',"cat, or dog",frog\n"cat, or dog",3,1.0\nfrog,0,4\n')
    stage = StageFolder("x", tmp_path, {})
    assert stage.has("absent", "list.json")
    assert not stage.has("absent")
    assert stage.rows("list.json") == [{"a": 1}]
    assert stage.mapping("list.json") == {}
    assert stage.table("table.csv") == (("cat, or dog", "frog"), [[3, 1], [0, 4]])
    assert stage.table("absent") == ((), [])


def test_values_of_an_unexpected_type_are_left_out() -> None:
    assert mapping([1]) == {}
    assert rows({"a": 1}) == []
    assert number_of({"a": "1"}, "a") is number_of({}, "a") is None
    assert number_of({"a": 1}, "a") == 1
    assert not is_number(float("inf"))
