"""What run.json says of how a run and its stages ended."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from cifar_pipe.errors import Interrupted, RunError
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.runner.rundir import RunDir
from cifar_pipe.runner.status import record_facts, run_status, stage_status
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.train.spec import Train

STAGE = Stage(
    "train", STAGES["train"], Train.model_construct(), cast("Any", None), cast("Any", None)
)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[RunDir]:
    directory = RunDir.create(tmp_path / "out", written="", resolved="")
    directory.update(stages={}, metrics={}, data=None)
    yield directory
    directory.close()


def written(directory: RunDir) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((directory.path / "run.json").read_text())
    return state


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (RunError("no data"), "failed", "no data"),
        (Interrupted(2), "interrupted", None),
        (KeyError("bug"), "failed", "KeyError: 'bug'"),
        (MemoryError(), "failed", "train: out of memory"),
    ],
)
def test_a_stage_that_fails_says_why(
    directory: RunDir, error: BaseException, status: str, reason: str | None
) -> None:
    with (
        pytest.raises(type(error) if status != "failed" else Exception),
        stage_status(directory, STAGE),
    ):
        raise error
    entry = written(directory)["stages"]["train"]
    assert (entry["type"], entry["status"], entry.get("reason")) == ("train", status, reason)


def test_a_disk_that_is_full_does_not_hide_what_has_failed(
    directory: RunDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fail() -> None:
        monkeypatch.setattr("cifar_pipe.disk.write", refuse)
        raise RunError("no data")

    with (
        pytest.raises(RunError, match="no data"),
        run_status(directory),
        stage_status(directory, STAGE),
    ):
        fail()
    assert written(directory)["stages"]["train"]["status"] == "running"


def test_a_file_that_cannot_be_read_between_stages_is_no_bug(directory: RunDir) -> None:
    with pytest.raises(RunError, match="cannot read"), run_status(directory):
        raise OSError(errno.EIO, "Input/output error", "a.png")
    assert written(directory)["error"] == "cannot read a.png: Input/output error"
    assert written(directory)["help"] == [
        "see that it is there and can be read; the same command then resumes the run"
    ]
    assert not (directory.path / "traceback.txt").exists()


def test_what_helps_against_a_failure_is_kept(directory: RunDir) -> None:
    with pytest.raises(RunError), run_status(directory):
        raise RunError("no data", help=("download it", "or name another root"))
    assert written(directory)["help"] == ["download it", "or name another root"]


def test_a_run_that_ends_says_so(directory: RunDir) -> None:
    with run_status(directory):
        pass
    assert written(directory)["status"] == "done"


def test_a_bug_leaves_its_traceback(directory: RunDir) -> None:
    with pytest.raises(KeyError) as caught, run_status(directory):
        raise KeyError("bug")
    assert "KeyError" in (directory.path / "traceback.txt").read_text()
    assert caught.value.__notes__ == [str(directory.path / "traceback.txt")]


def test_facts_are_kept_by_stage_and_those_of_the_data_once(directory: RunDir) -> None:
    record_facts(directory, STAGE, {"data": {"train": 1}, "metrics": {"accuracy": 0.5}})
    record_facts(directory, STAGE, {"data": {"train": 2}, "threads": 1})
    state = written(directory)
    assert state["data"] == {"train": 1}
    assert state["metrics"] == {"train": {"accuracy": 0.5}}
    assert state["threads"] == 1


def test_warnings_are_kept_in_order_with_their_stage(directory: RunDir) -> None:
    record_facts(directory, STAGE, {"warnings": [{"message": "one"}, {"message": "two"}]})
    record_facts(directory, STAGE, {"warnings": [{"message": "three"}]})
    kept = written(directory)["warnings"]
    assert kept == [{"stage": "train", "message": one} for one in ("one", "two", "three")]
