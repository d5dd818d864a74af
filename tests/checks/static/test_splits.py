from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.edits import small
from tests.checks.static.conftest import Checked
from tests.data.conftest import picture

FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
USES = {
    "monitor": small(data=FOLDER, train=", monitor: val_accuracy, restore_best: true"),
    "evaluate": small("evaluate: {split: val}", data=FOLDER),
    "predict": small("predict: {split: val}", data=FOLDER),
}


@pytest.mark.parametrize("text", USES.values(), ids=USES)
def test_whether_a_folder_has_a_validation_split_only_the_disk_says(
    text: str, checked: Checked, image_folder: Path
) -> None:
    unknown = checked(text)
    assert not unknown
    assert [one.check for one in unknown.not_known] == ["whether load_data has a validation split"]
    assert checked(text, data=True).errors[0].help == "declare validation_split: 0.1 in load_data"
    for name in ("cat", "dog", "frog"):
        picture(image_folder / "validation" / name / "0.png")
    known = checked(text, data=True)
    assert not known
    assert known.not_known == []


@pytest.mark.parametrize(
    "dataset", ["{type: Digits}", "{type: ImageFolder, root: images, test_split: 0.2}"]
)
def test_what_has_no_validation_split_of_its_own_needs_no_disk(
    dataset: str, checked: Checked
) -> None:
    data = f"dataset: {dataset}, transforms: [ToTensor]"
    [finding] = checked(small(data=data, train=", monitor: val_loss")).errors
    assert finding.code == "monitor"
