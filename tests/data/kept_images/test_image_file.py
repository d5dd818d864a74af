from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cifar_pipe.data.kept_images.image_file import (
    Alike,
    DamagedImages,
    is_in_use,
    open_images,
    write_images,
)

ALIKE = [((3, 1, 2), 2, b"abcdefABCDEF"), ((3, 1, 2), 1, b"uvwxyz")]
MIXED = [((1, 1, 2), 1, b"ab"), ((3, 1, 1), 1, b"ABC")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "a.images"


def test_images_of_one_size_are_one_array(path: Path) -> None:
    write_images(path, ALIKE, lambda: {"note": 1})
    file = open_images(path)
    assert (file.description.count, file.description.shape) == (3, (3, 1, 2))
    assert file.content[: file.description.bytes] == b"abcdefABCDEFuvwxyz"
    assert (file.description.seen, file.sizes) == ({"note": 1}, None)


def test_images_of_many_sizes_have_their_sizes_beside_them(path: Path) -> None:
    write_images(path, MIXED, dict)
    file = open_images(path)
    assert (file.description.count, file.description.shape) == (2, None)
    assert file.content[: file.description.bytes] == b"abABC"
    assert file.sizes is not None
    assert file.sizes.tolist() == [1, 1, 2, 3, 1, 1]


@pytest.mark.parametrize("images", [ALIKE, MIXED], ids=["alike", "mixed"])
def test_every_flipped_bit_and_every_cut_is_found(path: Path, images: list[Alike]) -> None:
    write_images(path, images, dict)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at])
        with pytest.raises(DamagedImages):
            open_images(path)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(DamagedImages):
            open_images(path)
    path.write_bytes(whole)
    assert open_images(path).description.count == len(images) + (images is ALIKE)


def test_many_chunks_are_each_verified(path: Path) -> None:
    write_images(path, [((1, 1024, 1024), 9, os.urandom(9 << 20))], dict)
    assert open_images(path).description.count == 9
    with path.open("r+b") as file:
        file.seek(5 << 20)
        byte = file.read(1)
        file.seek(5 << 20)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(DamagedImages, match="is not what was written"):
        open_images(path)


def test_nothing_is_left_where_the_images_end_early(path: Path) -> None:
    def ends() -> Iterator[Alike]:
        yield ALIKE[0]
        raise KeyError

    with pytest.raises(KeyError):
        write_images(path, ends(), dict)
    assert [*path.parent.iterdir()] == []


@pytest.mark.skipif(os.name != "posix", reason="there a mapped file cannot be deleted")
def test_a_file_is_in_use_as_long_as_its_images_are(path: Path) -> None:
    write_images(path, ALIKE, dict)
    assert not is_in_use(path)
    content = open_images(path).content
    assert is_in_use(path)
    del content
    assert not is_in_use(path)
