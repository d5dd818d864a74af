from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.training.checkpoints.folder import CheckpointFolder, last_checkpoint
from tests.kit import RecordedEvents


@pytest.fixture
def folder(tmp_path: Path, events: RecordedEvents) -> CheckpointFolder:
    return CheckpointFolder(tmp_path, events)


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.iterdir())


def test_the_last_two_are_kept_and_that_of_the_best_epoch(
    folder: CheckpointFolder, tmp_path: Path
) -> None:
    for step in (5, 10, 15, 100):
        folder.write(step, b"%d" % step, best=step == 10)
    assert names(tmp_path) == ["best.ckpt", "step-0000000015.ckpt", "step-0000000100.ckpt"]
    assert [payload for _, payload in folder.found()] == [b"100", b"15", b"10"]
    assert last_checkpoint(tmp_path) == tmp_path / "step-0000000100.ckpt"


def test_the_same_step_again_replaces_the_first(folder: CheckpointFolder) -> None:
    for payload in (b"before", b"at the step", b"after the epoch"):
        folder.write(5 if payload != b"before" else 4, payload)
    assert [payload for _, payload in folder.found()] == [b"after the epoch", b"before"]


def test_those_of_another_training_go_when_there_is_a_new_one(
    folder: CheckpointFolder, tmp_path: Path, events: RecordedEvents
) -> None:
    folder.write(90, b"old")
    folder.write(99, b"old", best=True)
    (tmp_path / ".step-0000000099.ckpt.5a.tmp").write_bytes(b"half of")
    CheckpointFolder(tmp_path, events).write(5, b"new")
    assert names(tmp_path) == ["step-0000000005.ckpt"]


def test_one_that_was_gone_on_from_is_kept_until_there_are_two_more(
    folder: CheckpointFolder, tmp_path: Path, events: RecordedEvents
) -> None:
    for step in (5, 10):
        folder.write(step, b"old", best=True)
    again = CheckpointFolder(tmp_path, events)
    again.adopt(next(path for path, _ in again.found()))
    again.write(15, b"new")
    assert names(tmp_path) == ["best.ckpt", "step-0000000010.ckpt", "step-0000000015.ckpt"]


def test_a_damaged_one_is_set_aside_and_the_one_before_it_is_used(
    folder: CheckpointFolder, tmp_path: Path, events: RecordedEvents
) -> None:
    for step in (5, 10):
        path = folder.write(step, b"%d" % step)
    path.write_bytes(path.read_bytes()[:-1])
    assert [payload for _, payload in folder.found()] == [b"5"]
    assert names(tmp_path) == ["step-0000000005.ckpt", "step-0000000010.corrupt"]
    (warning,) = events.warnings
    assert warning == (
        f"the checkpoint {path} is damaged and is not used: its content does not match its digest; "
        "it is now step-0000000010.corrupt"
    )


def test_one_that_cannot_be_read_stays_where_it_is(
    folder: CheckpointFolder, tmp_path: Path, events: RecordedEvents
) -> None:
    folder.write(5, b"5")
    unreadable = tmp_path / "step-0000000010.ckpt"
    unreadable.mkdir()
    assert [payload for _, payload in folder.found()] == [b"5"]
    assert unreadable.is_dir()
    assert events.warnings == [f"the checkpoint {unreadable} cannot be read: Is a directory"]


def test_an_empty_folder_has_none(tmp_path: Path, events: RecordedEvents) -> None:
    missing = tmp_path / "missing"
    assert list(CheckpointFolder(missing, events).found()) == []
    assert last_checkpoint(missing) is None
