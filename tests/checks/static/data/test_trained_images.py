from __future__ import annotations

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
