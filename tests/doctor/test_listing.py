from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from cifar_pipe.doctor.listing import list_folder
from cifar_pipe.errors import DataUnavailable


@pytest.fixture
def images(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "images"))


def counts(root: Path) -> Counter[tuple[str, str | None]]:
    return Counter((one.split, one.label) for one in list_folder(root).files)


def test_splits_of_classes(images: Path) -> None:
    every = {(split, label) for split in ("train", "test") for label in ("cat", "dog", "frog")}
    assert counts(images).keys() == every
    assert list_folder(images).classes == ("cat", "dog", "frog")


def test_one_split_has_its_name_or_is_all(images: Path) -> None:
    assert counts(images / "train") == {("train", name): 30 for name in ("cat", "dog", "frog")}
    (images / "train").rename(images / "photographs")
    assert {split for split, _ in counts(images / "photographs")} == {"all"}


def test_images_alone_have_no_class(images: Path) -> None:
    assert counts(images / "test/dog") == {("all", None): 12}
    assert list_folder(images / "test/dog").classes == ()


def test_a_class_may_be_missing_in_a_split(images: Path) -> None:
    shutil.rmtree(images / "test/frog")
    (images / "test/frog").mkdir()
    shutil.rmtree(images / "test/dog")
    assert counts(images)["test", "frog"] == counts(images)["test", "dog"] == 0
    assert list_folder(images).classes == ("cat", "dog", "frog")


def test_what_is_not_read_is_named_with_the_reason(images: Path) -> None:
    (images / "train/cat/notes.txt").write_text("")
    (images / "train/cat/IMG_1.HEIC").write_bytes(b"")
    (images / "train/cat/plain").write_bytes(b"")
    shutil.copy(images / "train/cat/0000.jpg", images / "train/loose.jpg")
    (images / "raw").mkdir()
    skipped = {one.name: one.why for one in list_folder(images).skipped}
    assert skipped.pop("train/cat/IMG_1.HEIC").startswith("photographs that Pillow does not read")
    assert skipped == {
        "raw/": "is not a split",
        "train/loose.jpg": "lies outside the class folders",
        "train/cat/notes.txt": "has the suffix .txt, which no image has",
        "train/cat/plain": "has no suffix: its name does not say that it is an image",
    }


def test_a_folder_that_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match="no folder"):
        list_folder(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataUnavailable, match="no images below"):
        list_folder(tmp_path / "empty")
