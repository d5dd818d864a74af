from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.report.formatting import size_in_words
from cifar_pipe.runner.rundir import RunDir
from cifar_pipe.runner.upkeep.listing import (
    age,
    chosen,
    find_runs,
    size_of,
)

STATE: dict[str, Any] = {
    "status": "done",
    "name": "lenet",
    "started": "2026-11-26T10:00:00+00:00",
    "seconds": 54.2,
    "metrics": {"evaluate": {"accuracy": 0.54, "loss": 1.3}},
    "stages": {"train": {"status": "ran", "key": "k1"}, "save": {"status": "ran"}},
}


def write_run(root: Path, path: str, /, **changes: Any) -> Path:
    folder = root / path
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({**STATE, **changes}))
    return folder


def test_a_run_is_told_by_its_state_and_its_files(tmp_path: Path) -> None:
    folder = write_run(tmp_path, "lenet/a")
    (folder / "net.pth").write_bytes(bytes(1000))
    (run,) = find_runs(tmp_path)
    assert (run.path, run.name, run.status, run.seconds) == (folder, "lenet", "done", 54.2)
    assert run.metric == ("evaluate", "accuracy", 0.54)
    assert run.size == 1000 + (folder / "run.json").stat().st_size
    assert [*run.keys] == ["k1"]


def test_the_newest_run_comes_first_and_the_store_is_not_one(tmp_path: Path) -> None:
    write_run(tmp_path, "lenet/b", started="2026-11-25T10:00:00+00:00")
    write_run(tmp_path, "lenet/a")
    write_run(tmp_path, ".store/x/run", name="store")
    write_run(tmp_path, "own/seed-1", started="2026-11-27T10:00:00+00:00", name="own")
    assert [run.path.name for run in find_runs(tmp_path)] == ["seed-1", "a", "b"]


def test_running_without_a_process_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "lenet/a"
    run = RunDir.create(folder, written="", resolved="")
    run.update(**{**STATE, "status": "running"})
    assert [one.status for one in find_runs(tmp_path)] == ["running"]
    run.close()
    assert [one.status for one in find_runs(tmp_path)] == ["killed"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '{"status": 3, "metrics": [], "stages": 4, "seconds": "x", "started": 5}'],
)
def test_a_state_that_is_damaged_is_no_reason_to_stop(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "lenet/a"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(text)
    (run,) = find_runs(tmp_path)
    assert run.status in ("damaged", "3")
    assert (run.name, run.seconds, run.metric, [*run.keys]) == ("lenet", None, None, [])


def test_runs_are_chosen_by_name_and_status_and_sorted(tmp_path: Path) -> None:
    write_run(tmp_path, "lenet/a", seconds=1)
    write_run(tmp_path, "lenet/b", metrics={"evaluate": {"accuracy": 0.6}}, status="failed")
    write_run(tmp_path, "resnet/c", name="resnet", metrics={"evaluate": {"loss": 3.0}})
    runs = find_runs(tmp_path)

    def names(sort: str, name: str | None = None, *status: str) -> str:
        return "".join(one.path.name for one in chosen(runs, name=name, status=status, sort=sort))

    assert names("name", "len*") in ("ab", "ba")
    assert names("name", None, "failed") == "b"
    assert names("metric", "lenet") == "ba"
    assert names("seconds", "lenet") == "ba"
    assert names("name")[-1] == "c"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(5000))
    (tmp_path / "run").mkdir()
    (tmp_path / "run/link").symlink_to(tmp_path)
    assert size_of(tmp_path / "run") < 1000
    assert size_of(tmp_path / "nowhere") == 0


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (119, "1 min"), (7300, "2 h"), (200_000, "2 d"), (-3, "0 s")]
)
def test_ages_in_words(seconds: float, words: str) -> None:
    assert age(1000, now=1000 + seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (771_000, "771 kB"), (2.5e9, "2.5 GB")],
)
def test_sizes_in_words(size: float, words: str) -> None:
    assert size_in_words(size) == words
