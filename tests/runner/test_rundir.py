from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from cifar_pipe.errors import OutputError, RunError
from cifar_pipe.runner.rundir import RunDir, default_run_dir


def create(path: Path) -> RunDir:
    return RunDir.create(path, written="written: 1\n", resolved="resolved: 1\n")


def test_a_run_directory_holds_the_pipeline_as_written_and_as_resolved(tmp_path: Path) -> None:
    create(tmp_path / "run").close()
    assert (tmp_path / "run/pipeline.yaml").read_text() == "written: 1\n"
    assert (tmp_path / "run/resolved.yaml").read_text() == "resolved: 1\n"


def test_the_default_directory_has_name_time_and_key() -> None:
    path = default_run_dir("lenet", "version: 1\n")
    assert re.fullmatch(r"runs/lenet/\d{8}-\d{6}-[0-9a-f]{8}", path.as_posix())


def test_the_key_follows_from_the_resolved_pipeline_alone() -> None:
    keys = [default_run_dir("n", text).name[-8:] for text in ("seed: 0", "seed: 0", "seed: 1")]
    assert keys[0] == keys[1] != keys[2]


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


def test_a_directory_with_a_run_in_it_is_refused(tmp_path: Path) -> None:
    run = create(tmp_path / "run")
    run.update(status="done")
    run.close()
    with pytest.raises(RunError, match="holds a run already"):
        create(tmp_path / "run")


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the run directory"):
        create(tmp_path / "file" / "run")
