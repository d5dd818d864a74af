from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.edits import small
from tests.checks.static.conftest import Checked
from tests.data.conftest import picture


def warnings(checked: Checked, data: str) -> list[str]:
    found = checked(small(data=f"{data}, transforms: [ToTensor]"), data=True).warnings
    return [one.message for one in found if one.code == "class-images"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("dataset: {type: Digits, test_split: 0.005}", "test has 9 images: a class has none"),
        ("dataset: {type: Digits}, validation_split: 0.001", "val has 1 image: at least 9 classes"),
        ("dataset: {type: Digits, test_split: 0.999}", "train has 2 images: at least 8 classes"),
        ("dataset: {type: Shapes, train: 8, test: 20}", "train has 8 images: at least 2 classes"),
    ],
)
def test_fewer_images_than_classes_are_known_beforehand(
    checked: Checked, data: str, message: str
) -> None:
    [found] = warnings(checked, data)
    assert message in found


def test_noise_has_no_classes_to_learn(checked: Checked) -> None:
    assert warnings(checked, "dataset: {type: Random, num_classes: 10, train: 4, test: 4}") == []


@pytest.mark.parametrize("share", [0.0056, 0.2, 0.994])
def test_one_image_of_each_class_is_set_aside_where_there_are_enough(
    checked: Checked, share: float
) -> None:
    assert warnings(checked, f"dataset: {{type: Digits, test_split: {share}}}") == []


def test_the_classes_of_a_folder_are_counted(checked: Checked, tmp_path: Path) -> None:
    for name, count in (("cat", 10), ("dog", 10), ("one", 1), ("two", 2)):
        for index in range(count):
            picture(tmp_path / "images" / name / f"{index}.png")
    data = "dataset: {type: ImageFolder, root: images, test_split: 0.25}"
    assert warnings(checked, data) == [
        "one, two have a single image each in the split train",
        "one has no image in the split test",
        "two has a single image in the split test",
    ]
