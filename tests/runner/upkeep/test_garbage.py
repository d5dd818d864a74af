"""What can be deleted, and above all what cannot."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.data.kept_images.image_file import open_images, write_images
from cifar_pipe.errors import UsageError
from cifar_pipe.runner.rundir import RunDir
from cifar_pipe.runner.store.store import Store
from cifar_pipe.runner.upkeep.garbage import Garbage, Wanted, delete, find_garbage, seconds_of
from tests.runner.upkeep.test_listing import STATE, write_run

DAY = 86400.0
NO_RUN = Wanted()
NOW = datetime(2026, 11, 27, 10, tzinfo=UTC).timestamp()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two runs of one name, a day and two days old, and a result of each; one of neither."""
    root = tmp_path / "runs"
    write_run(root, "lenet/new", stages=_stage("k1"))
    write_run(root, "lenet/old", stages=_stage("k2"), started="2026-11-25T10:00:00+00:00")
    store = Store(root / ".store")
    for key in ("k1", "k2", "k3"):
        store.add(key, {"outputs": {}}, {"files/x": b"x"})
    return root


def _stage(key: str) -> dict[str, Any]:
    return {"train": {"status": "ran", "key": key}}


def found(root: Path, wanted: Wanted = NO_RUN) -> dict[str, str]:
    return {one.path.name: one.why for one in find_garbage(wanted, root, now=NOW)}


def test_without_a_wish_no_run_goes_and_no_result_that_one_refers_to(root: Path) -> None:
    assert found(root) == {"k3": "no run refers to it"}


@pytest.mark.parametrize(
    "wanted", [Wanted(keep=1), Wanted(older_than=1.5 * DAY)], ids=["keep", "older_than"]
)
def test_a_run_that_is_not_wanted_goes_with_its_results(root: Path, wanted: Wanted) -> None:
    assert found(root, wanted).keys() == {"old", "k2", "k3"}


def test_runs_go_by_status(root: Path) -> None:
    write_run(root, "lenet/bad", status="failed", stages={})
    assert found(root, Wanted(statuses=("failed",))).keys() == {"bad", "k3"}
    write_run(root, "lenet/dead", status="running", stages={})
    assert "dead" in found(root, Wanted(statuses=("killed",)))


def test_a_run_at_work_stays_with_its_results(root: Path) -> None:
    run = RunDir.create(root / "lenet/live", written="", resolved="")
    run.update(**{**STATE, "status": "running", "stages": _stage("k3")})
    assert found(root, Wanted(keep=0, statuses=("running",))).keys() == {"new", "old", "k1", "k2"}
    # It has begun since it was looked at.
    assert not delete(Garbage(root / "lenet/live", "", 0, lambda: True))
    assert (root / "lenet/live/run.json").exists()
    run.close()


def test_what_is_unfinished_goes_after_a_day_and_what_is_damaged_at_once(root: Path) -> None:
    for name in (".tmp-k4-0a", "k5-0b.corrupt"):
        (root / ".store" / name).mkdir()
        os.utime(root / ".store" / name, (NOW, NOW))
    assert found(root).keys() == {"k3", "k5-0b.corrupt"}
    os.utime(root / ".store/.tmp-k4-0a", (NOW - 2 * DAY, NOW - 2 * DAY))
    assert found(root)[".tmp-k4-0a"] == "unfinished"


def test_images_go_that_no_run_refers_to_and_no_process_has_open(root: Path) -> None:
    images = root / ".store/images"
    for name in ("used", "unused", "open"):
        write_images(images / f"{name}.images", [((3, 1, 1), 1, b"abc")], dict)
    stages = {"load_data": {"status": "ran", "images": ["used.images"]}}
    write_run(root, "lenet/with_images", stages=stages)
    opened = open_images(images / "open.images")
    assert found(root).keys() == {"k3", "unused.images"}
    del opened
    assert found(root).keys() == {"k3", "unused.images", "open.images"}
    for one in find_garbage(NO_RUN, root, now=NOW):
        assert delete(one)
    assert [one.name for one in images.iterdir()] == ["used.images"]


def test_what_is_not_ours_stays(root: Path, tmp_path: Path) -> None:
    (root / "mine").mkdir()
    (root / "mine/thesis.txt").write_text("")
    (root / ".store/other").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/entry.json").write_text("")
    (root / ".store/link").symlink_to(tmp_path / "elsewhere")
    assert found(root, Wanted(keep=0)).keys() == {"new", "old", "k1", "k2", "k3"}


def test_what_is_deleted_is_gone_with_the_folder_of_its_name(root: Path) -> None:
    garbage = find_garbage(Wanted(keep=0), root, now=NOW)
    assert all(delete(one) for one in garbage)
    assert [path.name for path in root.iterdir()] == [".store"]
    assert not [*(root / ".store").iterdir()]


@pytest.mark.parametrize(
    ("text", "seconds"), [("36h", 36 * 3600), ("30d", 30 * DAY), ("2w", 14 * DAY)]
)
def test_ages(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "3y", "-3d", "1.5d"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--older-than takes a number of hours, days or weeks"):
        seconds_of(text)
