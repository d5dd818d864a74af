from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.data.datasets.folders.split_folders import split_folders
from cifar_pipe.errors import DataBroken
from tests.data.conftest import picture


def pictures(root: Path, *folders: str) -> Path:
    for folder in folders:
        picture(root / folder / "0.png")
    return root


def test_splits_are_found_by_any_of_their_names(tmp_path: Path) -> None:
    found = split_folders(pictures(tmp_path, "Training/cat", "dev/cat", "TEST/cat"))
    assert {role: folder.name for role, folder in found.by_role.items()} == {
        "train": "Training",
        "val": "dev",
        "test": "TEST",
    }


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    assert split_folders(pictures(tmp_path, "bus", "car", "train")).by_role == {}


def test_splits_without_classes_are_splits(tmp_path: Path) -> None:
    found = split_folders(pictures(tmp_path, "train", "test1"))
    assert set(found.by_role) == {"train", "test"}


def test_what_lies_beside_them_is_told(tmp_path: Path) -> None:
    root = pictures(tmp_path, "train/cat", "test/cat", "validation/cat", "val/cat", "extra/cat")
    found = split_folders(root)
    assert found.beside == ("extra", "validation")
    [problem] = found.problems()
    assert problem.message == (
        f"beside train/, val/, test/ in {root} lie extra/, validation/, which are not read"
    )


def test_two_folders_for_one_split_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataBroken, match=r"dev/ and validation/ in .* each have a name of the split val"
    ):
        split_folders(pictures(tmp_path, "train/cat", "dev/cat", "validation/cat"))
