from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.edits import small
from tests.checks.kit import checked

CROP = "{type: RandomCrop, size: 32}"


@pytest.mark.parametrize(
    "transforms", [f"[{CROP}, ToTensor]", f"{{train: [{CROP}, ToTensor], test: [ToTensor]}}"]
)
def test_test_images_of_unknown_size_beside_a_random_crop_are_not_known(
    tmp_path: Path, transforms: str
) -> None:
    data = f"dataset: {{type: ImageFolder, root: images}}, transforms: {transforms}"
    findings = checked(tmp_path, small(data=data), torch=False).findings
    assert not findings.errors
    (one,) = [one for one in findings.not_known if "test images" in one.check]
    assert "image_shape" in one.needs


def test_with_an_image_shape_they_are_known(tmp_path: Path) -> None:
    folder = "{type: ImageFolder, root: images, image_shape: [3, 32, 32]}"
    data = f"dataset: {folder}, transforms: [{CROP}, ToTensor]"
    findings = checked(tmp_path, small(data=data), torch=False).findings
    assert not any("test images" in one.check for one in findings.not_known)
    smaller = data.replace("size: 32", "size: 28")
    assert checked(tmp_path, small(data=smaller), torch=False).findings.errors
