from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.datasets.class_folders import find_images
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.errors import DataBroken, DataUnavailable
from tests.data.conftest import picture


def found_in(root: Path, **arguments: float) -> ImageSet:
    return find_images(make("dataset", "ImageFolder", root=str(root), **arguments))


def renamed(root: Path, **names: str) -> Path:
    for old, new in names.items():
        (root / old).rename(root / new)
    return root


def test_a_missing_root_is_reported_with_the_only_folder_that_has_images(
    image_folder: Path,
) -> None:
    (image_folder.parent / "papers").mkdir()
    elsewhere = make("dataset", "ImageFolder", root=str(image_folder.parent / "photographs"))
    with pytest.raises(DataUnavailable) as raised:
        find_images(elsewhere)
    assert raised.value.help[0] == f"did you mean {image_folder}?"
    picture(image_folder.parent / "others" / "cat" / "0.png")
    with pytest.raises(DataUnavailable) as raised:
        find_images(elsewhere)
    assert "did you mean" not in raised.value.help[0]


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


@pytest.mark.parametrize("held_out", ["val", "validation", "Test", "eval", "holdout"])
def test_test_split_never_makes_classes_of_splits(image_folder: Path, held_out: str) -> None:
    renamed(image_folder, train="Training", test=held_out)
    with pytest.raises(DataBroken, match=f"divided into Training/ and {held_out}/") as raised:
        found_in(image_folder, test_split=0.5)
    assert raised.value.setting == ("dataset", "test_split")
    assert raised.value.help[0].startswith("leave test_split out")
    assert found_in(image_folder).classes == ("cat", "dog", "frog")
    assert f"write root: {image_folder}/Training" in raised.value.help[1]
    assert list(found_in(image_folder / "Training", test_split=0.5).files) == ["all"]


def test_training_images_alone_lead_to_their_folder(image_folder: Path) -> None:
    renamed(image_folder, test="unlabelled")
    with pytest.raises(DataUnavailable, match="no test/ or val/") as raised:
        found_in(image_folder)
    assert raised.value.help[0].startswith(f"write root: {image_folder}/train and test_split: 0.2")


def test_a_test_split_without_classes_leads_to_a_drawn_one(image_folder: Path) -> None:
    test = renamed(image_folder / "test", cat="unknown")
    for name in ("dog", "frog"):
        for path in (test / name).iterdir():
            path.rename(test / "unknown" / f"{name}{path.name}")
        (test / name).rmdir()
    with pytest.raises(DataBroken, match=r"only .*test has unknown") as raised:
        found_in(image_folder)
    assert f"write root: {image_folder}/train and test_split: 0.2" in raised.value.help[0]
    for path in (test / "unknown").iterdir():
        path.rename(test / path.name)
    (test / "unknown").rmdir()
    with pytest.raises(DataBroken, match=r"no class folders in .*test") as raised:
        found_in(image_folder)
    assert f"write root: {image_folder}/train and test_split: 0.2" in raised.value.help[0]


@pytest.mark.parametrize("arguments", [{}, {"test_split": 0.2}])
def test_a_folder_one_too_high_names_the_one_below(
    image_folder: Path, tmp_path: Path, arguments: dict[str, float]
) -> None:
    (tmp_path / "outer").mkdir()
    image_folder.rename(tmp_path / "outer" / "images")
    with pytest.raises((DataBroken, DataUnavailable)) as raised:
        found_in(tmp_path / "outer", **arguments)
    assert raised.value.help[0].startswith(f"did you mean {tmp_path}/outer/images?")


def test_images_outside_the_classes_are_told(image_folder: Path) -> None:
    picture(image_folder / "train" / "stray.png")
    [problem] = found_in(image_folder).problems
    assert problem.message == (
        f"1 image lies in {image_folder}/train itself, outside the class folders: not read"
    )


@pytest.mark.parametrize("target", [".", "..", "../.."])
def test_a_link_that_leads_back_up_is_no_class(image_folder: Path, target: str) -> None:
    root = image_folder / "train"
    (root / "all").symlink_to(target)
    found = found_in(root, test_split=0.5)
    assert found.classes == ("cat", "dog", "frog")
    assert len(found.files["all"]) == 24
    [problem] = found.problems
    assert problem.message == f"{root}/all leads back up, and is not read"


def test_a_link_back_up_within_a_class_is_not_followed(image_folder: Path) -> None:
    (image_folder / "train" / "cat" / "again").symlink_to("../../..")
    found = found_in(image_folder)
    assert found.per_class == {"train": (8, 8, 8), "test": (4, 4, 4)}
    assert [problem.code for problem in found.problems] == ["not-read"]


def test_one_folder_is_not_two_classes(image_folder: Path) -> None:
    link = image_folder / "train" / "kitty"
    link.symlink_to("cat")
    with pytest.raises(DataBroken, match="are one folder") as raised:
        found_in(image_folder / "train", test_split=0.5)
    assert raised.value.help == (f"remove the link {link}",)


def test_one_folder_is_not_in_two_splits(image_folder: Path) -> None:
    link = image_folder / "test" / "cat"
    shutil.rmtree(link)
    link.symlink_to("../train/cat")
    with pytest.raises(DataBroken, match="are one folder") as raised:
        found_in(image_folder)
    assert raised.value.help == (f"remove the link {link}",)


def test_class_names_that_are_not_utf_8_are_escaped(image_folder: Path) -> None:
    for split in ("train", "test"):
        renamed(image_folder / split, cat=os.fsdecode(b"caf\xe9"))
    found = found_in(image_folder)
    assert found.classes == (r"caf\xe9", "dog", "frog")
    assert all(Path(path).exists() for path in found.files["train"])


def test_accents_are_the_same_however_they_are_written(image_folder: Path) -> None:
    renamed(image_folder / "train", cat="caf\u00e9")
    renamed(image_folder / "test", cat="cafe\u0301")
    assert found_in(image_folder).classes == ("caf\u00e9", "dog", "frog")


def test_names_that_differ_in_case_lead_to_a_new_name(image_folder: Path) -> None:
    renamed(image_folder / "test", dog="Dog")
    with pytest.raises(DataBroken, match=r"only .*train has dog; only .*test has Dog") as raised:
        found_in(image_folder)
    assert "rename Dog or dog" in raised.value.help[0]


def test_control_characters_in_class_names_are_escaped(image_folder: Path) -> None:
    for split in ("train", "test"):
        (image_folder / split / "cat").rename(image_folder / split / "c\na\x1b[31mt")
    assert found_in(image_folder).classes[0] == "c\\x0aa\\x1b[31mt"


def test_without_training_images_the_splits_that_are_there_are_named(image_folder: Path) -> None:
    renamed(image_folder, train="valid")
    with pytest.raises(DataUnavailable, match=r"no train/ below .*, only valid/, test/") as raised:
        found_in(image_folder)
    assert raised.value.help == ("call the folder of the training images train",)


@pytest.mark.parametrize("arguments", [{}, {"test_split": 0.2}])
def test_a_single_held_out_split_leads_to_one_that_can_be_divided(
    image_folder: Path, arguments: dict[str, float]
) -> None:
    shutil.rmtree(renamed(image_folder, train="dev") / "test")
    with pytest.raises((DataBroken, DataUnavailable)) as raised:
        found_in(image_folder, **arguments)
    assert f"root: {image_folder / 'dev'} and test_split: 0.2" in raised.value.help[-1]
    assert found_in(image_folder / "dev", test_split=0.2).classes == ("cat", "dog", "frog")


@pytest.mark.parametrize("arguments", [{}, {"test_split": 0.2}])
def test_splits_several_folders_down_are_found(
    image_folder: Path, tmp_path: Path, arguments: dict[str, float]
) -> None:
    within = tmp_path / "root" / "flowers" / "v1"
    within.parent.mkdir(parents=True)
    image_folder.rename(within)
    with pytest.raises((DataBroken, DataUnavailable)) as raised:
        found_in(tmp_path / "root", **arguments)
    assert raised.value.help[0].startswith(f"did you mean {within}?")


def test_classes_that_are_each_divided_into_splits_are_refused(tmp_path: Path) -> None:
    for place in ("cat/train", "cat/test", "dog/train", "dog/test"):
        picture(tmp_path / place / "0.png")
    with pytest.raises(DataBroken, match=r"each class folder .* is divided") as raised:
        found_in(tmp_path, test_split=0.2)
    assert "root/train/CLASS" in raised.value.help[0]


def test_a_class_as_the_root_leads_to_the_splits(image_folder: Path) -> None:
    with pytest.raises(DataUnavailable) as raised:
        found_in(image_folder / "train" / "cat")
    assert raised.value.help[0].startswith(f"did you mean {image_folder}?")
