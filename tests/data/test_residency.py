"""Which images stay on a GPU; the device is stood in for by torch's meta device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data import batches
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.kept_images.image_file import open_images, write_images
from cifar_pipe.data.store import Split
from cifar_pipe.data.stored_images import Chosen, Streamed, mapped, on_device
from cifar_pipe.runtime import Residency

CUDA, META = torch.device("cuda", 0), torch.device("meta")
IMAGES = torch.zeros(10, 3, 4, 4, dtype=torch.uint8)
SPLIT = Split("train", IMAGES, torch.zeros(10, dtype=torch.int64))


@pytest.mark.parametrize(
    ("free", "moves"), [(None, True), (4 * IMAGES.nbytes, True), (4 * IMAGES.nbytes - 1, False)]
)
def test_images_move_that_take_a_quarter_of_what_is_free(free: int | None, moves: bool) -> None:
    found = on_device(SPLIT, META, free)
    assert isinstance(found.images, torch.Tensor)
    assert (found.images.device == META) is moves
    # What the order and the draws are made from stays.
    assert found.labels is SPLIT.labels


def test_some_of_the_images_move_alone() -> None:
    found = on_device(replace(SPLIT, images=Chosen(IMAGES, torch.arange(4))), META, None)
    assert isinstance(found.images, torch.Tensor)
    assert found.images.shape == (4, 3, 4, 4)


def test_images_of_many_sizes_and_those_that_are_streamed_stay() -> None:
    many = replace(SPLIT, images=[torch.zeros(3, 4, 4 + k, dtype=torch.uint8) for k in range(10)])
    streamed = replace(SPLIT, images=Streamed(10, lambda _: [], {(3, 4, 4): 0}))
    for split in (many, streamed):
        assert on_device(split, META, None) is split


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """For each split that was to be moved, what was free on the GPU."""
    seen: list[int | None] = []

    def move(split: Split, device: torch.device, free: int | None) -> Split:
        seen.append(free)
        return on_device(split, META, free)

    monkeypatch.setattr(batches, "on_device", move)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (10**6, 10**9))
    return seen


@pytest.mark.parametrize(
    ("residency", "expected"), [("auto", [10**6]), ("device", [None]), ("memory", [])]
)
def test_a_split_is_moved_once(
    residency: Residency, expected: list[int | None], asked: list[int | None]
) -> None:
    data = Data({"train": SPLIT}, residency=residency)
    for _ in range(2):
        moved = data._resident("train", CUDA)
    assert asked == expected
    assert (moved is not SPLIT) is bool(expected)
    assert data.residency_of("train", "cuda:0") == ("device" if expected else "memory")
    assert data._resident("train", torch.device("cpu")) is SPLIT


def test_images_that_transforms_take_one_by_one_stay(asked: list[int | None]) -> None:
    one_by_one = [make("transform", "RandomChannelPermutation"), make("transform", "ToTensor")]
    data = Data({"train": SPLIT}, batching=Batching(one_by_one), residency="auto")
    assert data._resident("train", CUDA) is SPLIT
    assert asked == []
    assert data.residency_of("train", "cuda:0") == "memory"


def test_images_are_told_to_be_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "kept.images"
    write_images(path, [((3, 4, 4), 10, bytes(IMAGES.nbytes))], dict)
    images, ahead = mapped(open_images(path))

    def decode(indices: Sequence[int], use: Callable[[int, Tensor], None]) -> None:
        for place in range(len(indices)):
            use(place, IMAGES[0])

    streamed = Streamed(10, decode, {(3, 4, 4): 0})
    for split, expected in (
        (replace(SPLIT, images=images, ahead=ahead), "mapped"),
        (replace(SPLIT, images=streamed), "stream"),
        (SPLIT, "memory"),
    ):
        assert Data({"train": split}, residency="auto").residency_of("train", "cuda:0") == expected
