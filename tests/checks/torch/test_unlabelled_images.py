"""Folders of images without labels are looked at with --data, and before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cases.edits import small
from tests.conftest import Done

STAGE = "predict_folder: {root: photos}"


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (None, "there is no folder photos"),
        ("file", "photos is a file, not a folder"),
        ("HEIC", "there are no images in photos, only 1 .HEIC"),
    ],
)
def test_a_folder_is_looked_at_with_data_and_first_of_all(
    found: str | None, message: str, cli: Callable[..., Done], tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    match found:
        case "file":
            photos.write_bytes(b"")
        case "HEIC":
            photos.mkdir()
            (photos / "one.HEIC").write_bytes(b"")
    (tmp_path / "mine.yaml").write_text(small(STAGE))
    assert cli("validate", "mine.yaml").status == 0
    assert "not known: the images in photos: needs --data" in cli("validate", "mine.yaml").err
    done = cli("validate", "mine.yaml", "--data")
    assert (done.status, message in done.out + done.err) == (1, True)
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert (done.status, message in done.err, (tmp_path / "out").exists()) == (3, True, False)


def test_one_with_images_is_no_finding(cli: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "photos" / "one.png")
    (tmp_path / "mine.yaml").write_text(small(STAGE))
    assert cli("validate", "mine.yaml", "--data").status == 0


def test_one_beside_the_file_is_named(cli: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "there" / "photos").mkdir(parents=True)
    (tmp_path / "there" / "mine.yaml").write_text(small(STAGE))
    done = cli("validate", "there/mine.yaml", "--data")
    assert "write root: there/photos" in done.out + done.err
