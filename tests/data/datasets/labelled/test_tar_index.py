"""The index of a tar archive is that of Python's tarfile, and damage is told."""

from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path

import pytest

from cifar_pipe.data.datasets.labelled.tar_index import BrokenTarError, members
from tests.damage import mutated

LONG = "/".join(["a_long_folder_name" * 3] * 4) + "/image.jpg"
NAMES = {
    "0.jpg": b"one",
    "deep/1.jpg": b"",
    f"{'n' * 120}.jpg": b"three",
    LONG: b"x" * 600,
    "übung.png": b"y" * 512,
}


def archive(format_: int, names: dict[str, bytes], **headers: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format_) as tar:
        folder = tarfile.TarInfo("deep")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in names.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.pax_headers = len(content), 1.5, headers  # type: ignore[assignment]
            tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return stream.getvalue()


@pytest.mark.parametrize("format_", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_it_finds_what_tarfile_finds(tmp_path: Path, format_: int) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(archive(format_, NAMES))
    with tarfile.open(path) as tar:
        expected = [(one.name, one.offset_data, one.size) for one in tar if one.isreg()]
    assert [tuple(one) for one in members(path)] == expected
    content = path.read_bytes()
    assert {one.name: content[one.offset :][: one.size] for one in members(path)} == NAMES


def test_names_in_two_fields_are_put_together(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(archive(tarfile.USTAR_FORMAT, {LONG[-140:]: b"1"}))
    assert [one.name for one in members(path)] == [LONG[-140:]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x1f\x8b" + b"\0" * 600, "is compressed with gzip: it cannot be read by offset"),
        (b"words" * 300, "is not a tar archive"),
        (b"", "is not a tar archive"),
        (archive(tarfile.GNU_FORMAT, NAMES)[:2000], "is cut short"),
        (archive(tarfile.USTAR_FORMAT, {"a.jpg": b"1"})[:1024], "is cut short"),
        (
            archive(tarfile.PAX_FORMAT, {"a.jpg": b"1"}, **{"GNU.sparse.major": "1"}),
            "a sparse file",
        ),
        (archive(tarfile.PAX_FORMAT, {"a.jpg": b"1"}, comment="x" * 70_000), "a header of 70,"),
    ],
)
def test_what_cannot_be_read_by_offset_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(content)
    with pytest.raises(BrokenTarError, match=words):
        list(members(path))


def test_a_damaged_archive_is_read_or_told_and_nothing_else(tmp_path: Path) -> None:
    path, generator = tmp_path / "a.tar", random.Random(0)
    whole = archive(tarfile.PAX_FORMAT, NAMES)
    told = 0
    for _ in range(400):
        path.write_bytes(mutated(whole, generator))
        size = path.stat().st_size
        try:
            assert all(one.offset + one.size <= size for one in members(path))
        except BrokenTarError:
            told += 1
    assert told > 100
