from __future__ import annotations

import pytest

from tests.cases.edits import small
from tests.checks.static.conftest import Checked

FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"


@pytest.mark.parametrize("classes", ["[frog, dog, cat]", "{toad: frog}"])
@pytest.mark.usefixtures("image_folder")
def test_names_of_folders_are_compared_with_those_on_disk(classes: str, checked: Checked) -> None:
    text = small(data=f"classes: {classes}, {FOLDER}")
    unknown = checked(text)
    assert not unknown
    assert [one.needs for one in unknown.not_known] == ["--data"]
    [finding] = checked(text, data=True).errors
    assert finding.code == "classes"


@pytest.mark.usefixtures("image_folder")
def test_a_mapping_leaves_the_number_of_classes_to_the_folder(checked: Checked) -> None:
    layers = "Flatten, {type: Linear, out_features: $data.num_classes}"
    text = small(data=f"classes: {{frog: toad}}, {FOLDER}", layers=layers)
    assert "what $data.num_classes is" in [one.check for one in checked(text).not_known]
    found = checked(text, data=True)
    assert (found.errors, found.not_known) == ([], [])
