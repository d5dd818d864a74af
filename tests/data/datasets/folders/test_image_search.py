from __future__ import annotations

import os
from pathlib import Path

import pytest

from cifar_pipe.data.datasets.folders.image_search import ImageSearch, shown_name
from cifar_pipe.errors import DataBroken
from tests.data.conftest import picture


@pytest.fixture
def cats(tmp_path: Path) -> Path:
    """A folder of two images, one of them deeper."""
    picture(tmp_path / "cat" / "0.png")
    picture(tmp_path / "cat" / "small" / "1.JPG")
    return tmp_path / "cat"


def test_images_are_found_in_folders_within_too(cats: Path) -> None:
    search = ImageSearch([cats])
    assert search.below(cats) == [f"{cats}/0.png", f"{cats}/small/1.JPG"]
    assert list(search.problems()) == []


def test_other_files_are_counted_and_named(cats: Path) -> None:
    for name in ("a.heic", "b.heic", "small/c.heic", "notes", "Thumbs.db", ".DS_Store"):
        (cats / name).write_bytes(b"")
    search = ImageSearch([cats])
    assert len(search.below(cats)) == 2
    [problem] = search.problems()
    assert problem.message == f"4 files are not read: 3 .heic and 1 without a suffix in {cats}"
    assert problem.notes == (
        f"{cats}: a.heic, b.heic, notes and 1 more",
        ".heic files are photographs that Pillow does not read: convert them to JPEG",
    )


@pytest.mark.parametrize("target", [".", "..", "../..", "small"])
def test_a_link_to_a_folder_that_is_read_is_not_followed(cats: Path, target: str) -> None:
    link = cats / "z"
    link.symlink_to(target)
    search = ImageSearch([*cats.resolve().parents, cats])
    assert len(search.below(cats)) == 2
    [problem] = search.problems()
    assert problem.message.startswith(f"{link} leads to ")


def test_a_link_to_a_folder_elsewhere_is_followed(cats: Path, tmp_path: Path) -> None:
    picture(tmp_path / "more" / "2.png")
    (cats / "more").symlink_to(tmp_path / "more")
    assert len(ImageSearch([cats]).below(cats)) == 3


def test_files_that_are_linked_are_known(cats: Path) -> None:
    (cats / "hard.png").hardlink_to(cats / "0.png")
    (cats / "soft.png").symlink_to("0.png")
    search = ImageSearch([cats])
    first, hard, small, soft = map(search.identities.get, search.below(cats))
    assert first == hard == soft
    assert first != small


def test_a_folder_that_cannot_be_read_is_named(cats: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataBroken, match=r"cat cannot be read: Permission denied"):
        ImageSearch([cats]).below(cats)


def test_bytes_that_are_not_utf_8_are_shown_as_escapes() -> None:
    assert shown_name(os.fsdecode(b"caf\xe9")) == r"caf\xe9"
    assert shown_name("café") == "café"
