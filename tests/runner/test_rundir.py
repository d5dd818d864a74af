from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from cifar_pipe.errors import OutputError, RunError
from cifar_pipe.runner.rundir import (
    RunDir,
    is_locked,
    read_state,
    run_dir_for,
)


def create(path: Path, key: str = "a1", *, fresh: bool = False) -> RunDir:
    return RunDir.create(
        path, written="written: 1\n", resolved="resolved: 1\n", key=key, fresh=fresh
    )


def begun(path: Path, *, status: str, key: str = "a1") -> None:
    """A run that has left a line and a file."""
    run = create(path, key)
    run.update(status=status, key=key)
    run.record({"stage": "train", "step": 1})
    (run.folder("train") / "history.json").write_text("{}")
    run.close()


def test_a_run_directory_holds_the_pipeline_as_written_and_as_resolved(tmp_path: Path) -> None:
    create(tmp_path / "run").close()
    assert (tmp_path / "run/pipeline.yaml").read_text() == "written: 1\n"
    assert (tmp_path / "run/resolved.yaml").read_text() == "resolved: 1\n"


def test_a_new_directory_has_name_time_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = run_dir_for("lenet", "0123456789abcdef", fresh=False)
    assert re.fullmatch(r"runs/lenet/\d{8}-\d{6}-01234567", path.as_posix())
    path.mkdir(parents=True)
    assert run_dir_for("lenet", "0123456789abcdef", fresh=False) != path


@pytest.mark.parametrize(
    ("status", "goes_on"), [("running", True), ("failed", True), ("done", False)]
)
def test_a_run_of_the_same_key_that_did_not_end_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, goes_on: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    key = "0123456789abcdef"
    for folder in ("20260101-000000-01234567", "20260102-000000-01234567"):
        begun(Path("runs/lenet") / folder, status=status, key=key)
    begun(Path("runs/lenet/20260103-000000-01234567"), status=status, key="0123456700000000")
    found = run_dir_for("lenet", key, fresh=False)
    assert (found.name == "20260102-000000-01234567") == goes_on
    assert not run_dir_for("lenet", key, fresh=True).exists()


def test_a_run_at_work_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("runs/lenet/20260101-000000-0123456")
    run = create(path, "0123456")
    run.update(status="running", key="0123456")
    assert is_locked(path)
    assert run_dir_for("lenet", "0123456", fresh=False) != path
    run.close()
    assert not is_locked(path)
    assert run_dir_for("lenet", "0123456", fresh=False) == path


def test_run_json_is_whole_after_each_update(tmp_path: Path) -> None:
    run = create(tmp_path / "run")
    run.update(status="running", stages={})
    run.update(status="done")
    run.close()
    assert json.loads((tmp_path / "run/run.json").read_text()) == {"status": "done", "stages": {}}
    assert not list((tmp_path / "run").glob("*.tmp"))


def test_metrics_are_one_line_each(tmp_path: Path) -> None:
    run = create(tmp_path / "run")
    run.record({"step": 1, "loss": 2.5})
    run.record({"step": 2, "loss": 2.0})
    run.close()
    lines = (tmp_path / "run/metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["loss"] for line in lines] == [2.5, 2.0]


def test_a_directory_in_which_a_run_is_at_work_is_refused_and_names_the_process(
    tmp_path: Path,
) -> None:
    run = create(tmp_path / "run")
    with pytest.raises(RunError, match=f"another run is at work in .*{os.getpid()}"):
        create(tmp_path / "run")
    run.close()


def test_a_directory_with_a_run_of_another_key_is_refused(tmp_path: Path) -> None:
    begun(tmp_path / "run", status="failed")
    with pytest.raises(RunError, match="holds a run of another pipeline") as caught:
        create(tmp_path / "run", "b2")
    assert "--fresh" in caught.value.help[1]
    # The lock is free again.
    create(tmp_path / "run").close()


@pytest.mark.parametrize("content", ["", '{"key": "a', "[]"])
def test_a_directory_whose_state_is_damaged_says_what_to_do(tmp_path: Path, content: str) -> None:
    begun(tmp_path / "run", status="running")
    (tmp_path / "run/run.json").write_text(content)
    with pytest.raises(RunError, match=r"run\.json is damaged") as raised:
        create(tmp_path / "run")
    assert raised.value.help[0].startswith("delete it, and the same command resumes")
    (tmp_path / "run/run.json").unlink()
    create(tmp_path / "run").close()
    assert (tmp_path / "run/stages/train/history.json").exists()


def test_a_run_goes_on_in_its_directory(tmp_path: Path) -> None:
    begun(tmp_path / "run", status="running")
    (tmp_path / "run/traceback.txt").write_text("")
    (tmp_path / "run/stages/.half.0a.tmp").write_text("")
    run = create(tmp_path / "run")
    assert run.earlier == {"status": "running", "key": "a1"}
    assert (tmp_path / "run/stages/train/history.json").exists()
    assert not (tmp_path / "run/traceback.txt").exists()
    assert not (tmp_path / "run/stages/.half.0a.tmp").exists()
    run.close()


def test_a_fresh_run_deletes_what_an_earlier_one_has_left_and_nothing_else(tmp_path: Path) -> None:
    begun(tmp_path / "run", status="done")
    (tmp_path / "run/notes.txt").write_text("")
    run = create(tmp_path / "run", "b2", fresh=True)
    run.close()
    assert run.earlier == {}
    names = {
        path.relative_to(tmp_path / "run").as_posix() for path in (tmp_path / "run").rglob("*")
    }
    assert names == {
        *(".lock", "notes.txt", "pipeline.yaml", "resolved.yaml"),
        *("stages", "checkpoints"),
    }


def test_the_lines_of_one_stage_are_replaced_and_a_half_one_goes(tmp_path: Path) -> None:
    run = create(tmp_path / "run")
    for stage, step in (("a", 1), ("b", 1), ("b", 2)):
        run.record({"stage": stage, "step": step})
    path = tmp_path / "run/metrics.jsonl"
    path.write_text(path.read_text() + '{"stage": "a", "st')
    run.replace_rows("b", [{"stage": "b", "step": 1}])
    run.record({"stage": "b", "step": 7})
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["stage"], row["step"]) for row in rows] == [("a", 1), ("b", 1), ("b", 7)]
    run.clear_rows()
    run.close()
    assert path.read_text() == ""


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_state_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    assert read_state(tmp_path) == {}


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the run directory"):
        create(tmp_path / "file" / "run")


@pytest.mark.parametrize(
    "name", ["stages", "checkpoints", "stages/train", ".lock", "metrics.jsonl"]
)
def test_nothing_is_written_through_a_link_in_the_directory(name: str, tmp_path: Path) -> None:
    outside, link = tmp_path / "outside", tmp_path / "run" / name
    link.parent.mkdir(parents=True)
    is_folder = "." not in name
    if is_folder:
        outside.mkdir()
    link.symlink_to(outside)

    def write() -> None:
        directory = RunDir.create(tmp_path / "run", written="", resolved="")
        try:
            (directory.folder("train") / "a.txt").write_text("a")
            directory.record({"step": 1})
        finally:
            directory.close()

    with pytest.raises(OutputError):
        write()
    assert not [*outside.iterdir()] if is_folder else not outside.exists()


def test_a_link_in_place_of_a_file_is_replaced_by_the_file(tmp_path: Path) -> None:
    outside, path = tmp_path / "outside", tmp_path / "run" / "pipeline.yaml"
    path.parent.mkdir()
    path.symlink_to(outside)
    RunDir.create(path.parent, written="version: 1\n", resolved="").close()
    assert not outside.exists()
    assert not path.is_symlink()
