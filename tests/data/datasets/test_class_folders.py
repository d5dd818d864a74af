from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.datasets.class_folders import find_images
from cifar_pipe.errors import DataBroken, DataUnavailable
from tests.data.conftest import picture


def test_a_missing_root_is_reported_with_the_nearest(image_folder: Path) -> None:
    with pytest.raises(DataUnavailable, match="train/ and test/") as raised:
        find_images(make("dataset", "ImageFolder", root=str(image_folder.parent / "image")))
    assert raised.value.help[0] == f"did you mean {image_folder}?"


def test_missing_splits_are_reported(image_folder: Path) -> None:
    with pytest.raises(DataUnavailable, match="no train/ and no test/ or val/") as raised:
        find_images(make("dataset", "ImageFolder", root=str(image_folder / "train")))
    assert "test_split: 0.2" in raised.value.help[0]


def test_classes_that_differ_are_named(image_folder: Path) -> None:
    (image_folder / "test" / "frog").rename(image_folder / "test" / "toad")
    with pytest.raises(DataBroken, match=r"only .*train has frog; only .*test has toad"):
        find_images(make("dataset", "ImageFolder", root=str(image_folder)))


def test_an_empty_class_folder_is_named(image_folder: Path) -> None:
    for path in (image_folder / "test" / "dog").iterdir():
        path.unlink()
    with pytest.raises(DataBroken, match=r"no images in .*dog"):
        find_images(make("dataset", "ImageFolder", root=str(image_folder)))


def test_a_split_without_class_folders_is_reported(tmp_path: Path) -> None:
    picture(tmp_path / "train" / "0.png")
    (tmp_path / "test").mkdir()
    with pytest.raises(DataBroken, match=r"no class folders in .*train"):
        find_images(make("dataset", "ImageFolder", root=str(tmp_path)))


def test_images_of_each_split_are_in_order_of_class_and_name(image_folder: Path) -> None:
    found = find_images(make("dataset", "ImageFolder", root=str(image_folder)))
    assert found.classes == ("cat", "dog", "frog")
    assert {name: len(files) for name, files in found.files.items()} == {"train": 24, "test": 12}
    assert found.files["train"] == sorted(found.files["train"])
    assert found.labels["test"] == [0] * 4 + [1] * 4 + [2] * 4


def test_hidden_files_and_other_files_are_left_out(image_folder: Path) -> None:
    for name in (".hidden.png", "notes.txt"):
        (image_folder / "train" / "cat" / name).write_bytes(b"")
    (image_folder / "train" / ".git").mkdir()
    found = find_images(make("dataset", "ImageFolder", root=str(image_folder)))
    assert len(found.files["train"]) == 24


def test_a_folder_of_classes_is_one_whole_where_a_share_is_held_out(image_folder: Path) -> None:
    root = str(image_folder / "train")
    found = find_images(make("dataset", "ImageFolder", root=root, test_split=0.5))
    assert list(found.files) == ["all"]


def test_test_split_is_refused_where_the_folder_has_splits(image_folder: Path) -> None:
    dataset = make("dataset", "ImageFolder", root=str(image_folder), test_split=0.5)
    with pytest.raises(DataBroken, match="divided into train/ and test/ already"):
        find_images(dataset)
