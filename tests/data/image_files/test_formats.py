from __future__ import annotations

import pytest

from cifar_pipe.data.image_files.formats import formats, kind_of, suffixes


def test_what_pillow_reads_as_a_picture_is_read() -> None:
    assert {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".tif", ".bmp"} <= set(suffixes())
    assert {"JPEG", "PNG", "GIF", "WEBP", "TIFF"} <= set(formats())


def test_videos_documents_and_what_needs_another_program_are_not() -> None:
    others = {".mpg", ".mpeg", ".pdf", ".eps", ".ps", ".wmf", ".emf", ".h5", ".fits", ".heic"}
    assert not others & set(suffixes())
    assert not {"MPEG", "EPS", "WMF", "HDF5"} & set(formats())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"\n <!DOCTYPE HTML><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        (b"\0\0\0\x18ftypheic", "a HEIC photograph"),
        (b"\0\0\0\x18ftypisom", "a video"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xff\xd8\xff\xe0", "it begins as JPEG, and is cut short or damaged"),
        (b"\x89PNG\r\n", "it begins as PNG, and is cut short or damaged"),
        (b"words", "its content is not an image"),
    ],
)
def test_files_under_an_image_s_name_are_told_apart(content: bytes, words: str) -> None:
    assert words in kind_of(content)
