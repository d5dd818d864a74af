"""ImagePattern: classes and splits from the names of files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture

Found = Callable[..., ImageSet]
NAMES = ["cat_1.png", "cat_2.png", "dog_1.png", "dog_2.png"]
PATTERN = r"(?P<label>[a-z]+)_\d+\.png"


@pytest.fixture
def found(tmp_path: Path, load_spec: Callable[..., LoadData]) -> Found:
    def find(names: list[str], pattern: str, **arguments: object) -> ImageSet:
        for name in names:
            picture(tmp_path / "pictures" / name, (8, 8))
        given = {"root": str(tmp_path / "pictures"), "pattern": pattern, **arguments}
        return find_splits(load_spec("ImagePattern", **given), seed=0)

    return find


def test_the_group_label_is_the_class(found: Found) -> None:
    images = found(NAMES, PATTERN, test_split=0.5)
    assert images.classes == ("cat", "dog")
    assert images.per_class == {"train": (1, 1), "test": (1, 1)}
    assert not images.problems


def test_the_group_split_is_the_split_and_folders_are_of_the_name(found: Found) -> None:
    names = [f"{split}/{name}" for split in ("training", "valid", "test") for name in NAMES]
    images = found(names, rf"(?P<split>\w+)/{PATTERN}")
    assert {name: len(files) for name, files in images.files.items()} == {
        "train": 4,
        "val": 4,
        "test": 4,
    }


def test_the_current_folder_is_a_root(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(NAMES, PATTERN, test_split=0.5)
    monkeypatch.chdir(tmp_path / "pictures")
    images = found([], PATTERN, test_split=0.5, root=".")
    assert images.per_class == {"train": (1, 1), "test": (1, 1)}


def test_what_the_pattern_does_not_match_is_a_warning(found: Found, tmp_path: Path) -> None:
    images = found([*NAMES, "Cat_3.png", "cat.png"], PATTERN, test_split=0.5)
    [problem] = images.problems
    assert problem.message == (
        "2 images have names that the pattern does not match: Cat_3.png, cat.png"
    )
    (tmp_path / "pictures" / "notes.txt").touch()
    assert len(found([], PATTERN, test_split=0.5).problems) == 2


def test_a_pattern_that_matches_nothing_is_told_with_a_name(found: Found) -> None:
    with pytest.raises(DataBroken, match="the pattern matches none of the 4 images") as raised:
        found(NAMES, r"(?P<label>[a-z]+)\d+\.png", test_split=0.5)
    assert "such as cat_1.png" in raised.value.message
    assert raised.value.setting == ("dataset", "pattern")


def test_names_that_cannot_be_used_are_told(found: Found) -> None:
    names = ["train/cat_1.png", "test/dog_1.png", "old/cat_2.png"]
    with pytest.raises(DataBroken, match=r"old/cat_2\.png has the split 'old'"):
        found(names, rf"(?P<split>\w+)/{PATTERN}")


def test_a_folder_that_is_not_there_is_told(found: Found) -> None:
    with pytest.raises(DataUnavailable, match="there is no folder"):
        found(NAMES, PATTERN, test_split=0.5, root=os.devnull + "x")
