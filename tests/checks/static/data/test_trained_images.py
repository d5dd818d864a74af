from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.edits import small
from tests.checks.static.conftest import Checked

DIGITS = "dataset: {type: Digits, test_split: 0.2}, transforms: [ToTensor]"


def leaks(checked: Checked, *stages: str, data: str = DIGITS) -> list[str]:
    found = checked(small(*stages, data=data))
    assert not found
    return [one.message for one in found.warnings if one.code == "leak"]


def second(share: float, more: str = "") -> str:
    dataset = f"{{type: Digits, test_split: {share}}}"
    return f"second: {{type: load_data, dataset: {dataset}, transforms: [ToTensor]{more}}}"


@pytest.mark.parametrize(
    ("stages", "leak"),
    [
        ([second(0.3), "evaluate: {}"], True),
        ([second(0.2), "evaluate: {}"], False),
        ([second(0.1), "evaluate: {}"], False),
        ([second(0.3), "evaluate: {from: {data: load_data}}"], False),
        ([second(0.3), "evaluate: {split: train}"], False),
        ([second(0.2, ", validation_split: 0.5"), "evaluate: {split: val}"], True),
        ([second(0.3, ", validation_split: 0.5"), "predict: {split: val}"], True),
        ([second(0.2, ", fold: {number: 1, of: 5}"), "evaluate: {}"], True),
        ([second(0.2, ", fold: {number: 1, of: 5}"), "evaluate: {split: train}"], False),
        (["save: {path: a.pth}", "load: {}", second(0.3), "evaluate: {}"], True),
        (
            [
                second(0.1),
                "tuned: {type: train, epochs: 1, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.1}}",
                "evaluate: {from: {data: load_data}}",
            ],
            True,
        ),
    ],
)
def test_two_that_divide_the_same_images_differently_leak(
    checked: Checked, stages: list[str], leak: bool
) -> None:
    assert bool(leaks(checked, *stages)) is leak


@pytest.mark.parametrize(
    ("root", "leak"), [("./photos", True), ("photos/", True), ("photos/other", False)]
)
def test_the_same_folder_is_known_however_it_is_written(
    checked: Checked, root: str, leak: bool
) -> None:
    one, other = (
        f"dataset: {{type: ImageFolder, root: {name}, test_split: {share}}}, transforms: [ToTensor]"
        for name, share in (("photos", 0.1), (root, 0.2))
    )
    stages = [f"second: {{type: load_data, {other}}}", "evaluate: {}"]
    assert bool(leaks(checked, *stages, data=one)) is leak


@pytest.mark.parametrize(("split", "count"), [("test", 12), ("val", 6), ("train", 0)])
def test_files_that_two_folders_have_in_common_are_found_on_disk(
    checked: Checked, image_folder: Path, split: str, count: int
) -> None:
    (image_folder.parent / "link").symlink_to(image_folder / "train")
    dataset = "{type: ImageFolder, root: link, test_split: 0.5}"
    more = "transforms: [ToTensor], validation_split: 0.5"
    second = f"second: {{type: load_data, dataset: {dataset}, {more}}}"
    first = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
    text = small(second, f"evaluate: {{split: {split}}}", data=first)
    assert not checked(text).warnings
    found = [one.message for one in checked(text, data=True).warnings if one.code == "leak"]
    holds = f"the split {split} of second holds {count} images that train trains on: the two divide"
    assert found == [f"{holds} the same images differently"] * bool(count)
