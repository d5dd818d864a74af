from __future__ import annotations

from pathlib import Path

from tests.cases.edits import small
from tests.checks.static.conftest import Checked

FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"


def test_what_the_folder_holds_beside_the_data_is_a_warning_at_its_root(
    checked: Checked, image_folder: Path
) -> None:
    cat = image_folder / "train" / "cat"
    (cat / "photo.HEIC").write_bytes(b"")
    (image_folder / "test" / "cat" / "x.png").symlink_to(cat / "00.png")
    found = checked(small(data=FOLDER), data=True)
    assert not found
    assert [one.code for one in found.warnings] == ["not-read", "leak"]
    words = {one.span.source.lines[2][one.span.column - 1 :][:12] for one in found.warnings}
    assert words == {"root: images"}
    assert checked(small(data=FOLDER)).warnings == []
