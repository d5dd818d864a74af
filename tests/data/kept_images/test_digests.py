"""What is taken of images as they come by is what would be taken of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cifar_pipe.data.kept_images import digests
from cifar_pipe.data.kept_images.digests import (
    Hashing,
    ImageDigests,
    KeptDigests,
    PartHashing,
    alike,
    bytes_of,
)

IMAGES = torch.randint(
    0, 256, (10, 3, 2, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
)


def at_once(images: Tensor) -> ImageDigests | None:
    with ThreadPoolExecutor(1) as pool:
        hashing = Hashing(pool)
        hashing.add(tuple(images.shape[1:]), len(images), bytes_of(images))
        return hashing.end()


def of_part(images: list[Tensor], rows: Mapping[str, Tensor | None]) -> dict[str, ImageDigests]:
    hashing = PartHashing(rows)
    for start in range(0, len(images), 3):
        for one in alike(images[start : start + 3]):
            hashing.add(*one)
    return dict(hashing.end())


@pytest.mark.parametrize("chunk", [24, 50, 1 << 22])
def test_each_split_of_a_part_has_those_of_its_images(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "CHUNK", chunk)
    val = torch.tensor([0, 4, 5, 9])
    train = torch.tensor([1, 2, 3, 6, 7, 8])
    found = of_part([*IMAGES], {"train": train, "val": val, "test": None})
    assert found == {
        "train": at_once(IMAGES[train]),
        "val": at_once(IMAGES[val]),
        "test": at_once(IMAGES),
    }
    assert found["train"].described == [["torch.uint8", [6, 3, 2, 4]]]


def test_images_in_another_order_or_of_many_sizes_are_left_to_who_has_them_all() -> None:
    shuffled = of_part([*IMAGES], {"train": torch.tensor([1, 0]), "val": torch.tensor([2, 3])})
    assert [*shuffled] == ["val"]
    varying = [*IMAGES[:5], *IMAGES[5:, :, :1]]
    assert [*of_part(varying, {"train": torch.arange(5), "test": None})] == ["train"]


def test_they_are_found_again_by_the_images_and_the_rows(tmp_path: Path) -> None:
    images, rows = tmp_path / "key.images", torch.tensor([1, 2])
    expected = ImageDigests([["torch.uint8", [2, 3, 2, 4]]], ["a", "b"])
    KeptDigests.of(images, rows).keep(expected)
    # As those that are streamed have it.
    seen = tmp_path / "key.seen.images"
    assert KeptDigests.of(seen, rows.clone()).find() == expected
    assert KeptDigests.of(images, torch.tensor([1, 3])).find() is None
    assert KeptDigests.of(images, None).find() is None
    assert KeptDigests.of(tmp_path / "other.images", rows).find() is None


def test_a_place_that_cannot_be_written_loses_time_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = KeptDigests.of(tmp_path / "file" / "key.images", None)
    expected = ImageDigests([], [])
    kept.keep(expected)
    assert kept.find() == expected
    assert KeptDigests.of(None, None).find() is None
