from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor

from cifar_pipe import disk
from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data import digest
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.data.digest import data_digest
from cifar_pipe.data.image_files.memory import Memory
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.kept_images import loading
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture
from tests.kit import RecordedEvents

TO_TENSOR = make("transform", "ToTensor")
RESIZE = make("transform", "Resize", size=[8, 8])
CROP = make("transform", "RandomResizedCrop", size=[8, 8])
RESIDENCIES = ("memory", "mapped", "stream", "device", "auto")

Load = Callable[..., Data]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def load(image_folder: Path, load_spec: Callable[..., LoadData], loaded: Load, store: Path) -> Load:
    """Loads the folder; `stage` are settings, the others fields of the context."""

    def do(*, stage: dict[str, Any] | None = None, **changes: Any) -> Data:
        spec = load_spec("ImageFolder", root=str(image_folder), stage=stage)
        return loaded(spec, **{"image_store": store, **changes})

    return do


def epoch_of(data: Data) -> list[Tensor]:
    """Every batch of the second epoch's training, and all test images."""
    training = Epoch(number=1, seed=5)
    train = data.batches("train", training=training, batch_size=5)
    return [images for images, _ in (*train, *data.batches("test", batch_size=4))]


def kept_in(store: Path) -> set[Path]:
    """The files that images are in."""
    return {path for path in store.glob("*") if path.name.count(".") == 1}


def same(one: Data, other: Data) -> bool:
    return all(torch.equal(*pair) for pair in zip(epoch_of(one), epoch_of(other), strict=True))


def test_a_later_run_maps_what_the_first_has_decoded(
    load: Load, store: Path, events: RecordedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load()
    monkeypatch.setattr(loading, "usable", None)
    second = load()
    assert events.notes == [
        f"load_data: 36 images decoded, and kept in {store} (0 MB)",
        f"load_data: 36 images mapped from {store} (0 MB)",
    ]
    assert same(first, second)


@pytest.mark.parametrize("sizes", ["alike", "varying"])
@pytest.mark.parametrize(
    "transforms",
    [
        [TO_TENSOR],
        [RESIZE, TO_TENSOR],
        {"train": [CROP, TO_TENSOR], "test": [RESIZE, TO_TENSOR]},
        [make("transform", "Resize", size=[64, 64]), TO_TENSOR],
    ],
    ids=["none", "smaller", "each", "larger"],
)
def test_the_residency_changes_no_batch(
    load: Load, image_folder: Path, sizes: str, transforms: Any
) -> None:
    if sizes == "varying":
        picture(image_folder / "train" / "dog" / "05.png", (40, 30))
        picture(image_folder / "test" / "dog" / "01.png", (30, 40))
        if transforms == [TO_TENSOR]:
            return
    stage = {"transforms": transforms, "validation_split": 0.25}
    alone = load(stage=stage, residency="memory", image_store=None)
    every = [load(stage=stage, residency=one) for _ in range(2) for one in RESIDENCIES]
    assert all(same(alone, one) for one in every)


@pytest.mark.parametrize("residency", RESIDENCIES)
def test_an_epoch_is_taken_up_again_at_any_batch(load: Load, residency: str) -> None:
    data = load(stage={"transforms": [CROP, TO_TENSOR]}, residency=residency)
    whole = [images for images, _ in data.batches("train", training=Epoch(2, 5), batch_size=5)]
    for skip in range(len(whole)):
        left = data.batches("train", training=Epoch(2, 5, skip=skip), batch_size=5)
        pairs = zip((images for images, _ in left), whole[skip:], strict=True)
        assert all(torch.equal(*pair) for pair in pairs)


def test_another_seed_draws_its_splits_from_the_same_images(load: Load, store: Path) -> None:
    stage = {"validation_split": 0.25}
    load(stage=stage)
    files = kept_in(store)
    other = load(stage=stage, seed=3)
    assert kept_in(store) == files
    assert same(other, load(stage=stage, seed=3, image_store=None))


def test_what_changes_the_decoded_bytes_has_images_of_its_own(
    load: Load, image_folder: Path, store: Path
) -> None:
    counts = []
    for change in (
        lambda: None,
        lambda: picture(image_folder / "train" / "dog" / "01.png", (32, 32)),
        (image_folder / "train" / "dog" / "02.png").unlink,
    ):
        change()
        data = load()
        assert same(data, load(image_store=None))
        counts.append(len(kept_in(store)))
    load(stage={"transforms": [RESIZE, TO_TENSOR]})
    counts.append(len(kept_in(store)))
    assert all(before < after for before, after in pairwise(counts))


@pytest.mark.parametrize("how", ["flipped", "cut"])
def test_damaged_images_are_told_and_made_anew(
    load: Load, store: Path, events: RecordedEvents, how: str
) -> None:
    first = load()
    for path in kept_in(store):
        content = bytearray(path.read_bytes())
        # The first run still has it open.
        path.unlink()
        content[500] ^= 1
        path.write_bytes(content if how == "flipped" else content[:500])
    assert same(first, load())
    assert len(events.warnings) == 2
    assert all("; the images are decoded again" in one for one in events.warnings)
    events.warnings.clear()
    assert same(first, load())
    assert events.warnings == []


def test_a_full_disk_ends_nothing(
    load: Load, store: Path, events: RecordedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "write", full)
        data = load()
    assert [*store.iterdir()] == []
    assert "images are not kept: cannot write" in events.warnings[0]
    assert events.notes == ["load_data: 36 images in memory (0 MB)"]
    assert same(data, load(image_store=None))


def test_a_disk_without_room_is_left_alone(
    load: Load, store: Path, events: RecordedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "free_bytes", lambda _: 1000)
    load()
    assert not store.exists()
    assert "has no room" in events.notes[0]


@pytest.mark.parametrize("residency", ["auto", "stream"])
def test_files_that_cannot_be_used_are_all_told_and_nothing_is_kept(
    load: Load, image_folder: Path, store: Path, residency: str
) -> None:
    for name in ("train/dog/03.png", "train/cat/02.png"):
        (image_folder / name).write_bytes(b"words")
    with pytest.raises(DataBroken, match="2 image files cannot be used"):
        load(residency=residency)
    assert [*store.glob("*")] == []


@pytest.mark.parametrize("sizes", ["alike", "varying"])
def test_streamed_images_are_looked_at_once(
    load: Load, image_folder: Path, sizes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sizes == "varying":
        picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    crops = [CROP, TO_TENSOR]
    stage = {"transforms": {"train": crops, "test": crops}, "validation_split": 0.25}
    load(stage=stage, residency="stream")
    read, block = [], ImageReader.read_block

    def counted(self: ImageReader, paths: Sequence[str]) -> Any:
        read.extend(paths)
        return block(self, paths)

    monkeypatch.setattr(ImageReader, "read_block", counted)
    load(stage=stage, residency="stream", seed=3)
    # Some of each split, for the shape of what a network gets.
    assert len(read) <= 6


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda path: picture(path, (30, 40)), "has another size than when the run began"),
        (lambda path: path.write_bytes(b"words"), "cannot be decoded"),
        (Path.unlink, "cannot be read"),
    ],
    ids=["size", "content", "gone"],
)
def test_a_file_that_changes_while_it_is_streamed_is_told(
    load: Load, image_folder: Path, change: Callable[[Path], None], why: str
) -> None:
    data = load(residency="stream")
    change(image_folder / "train" / "dog" / "03.png")
    with pytest.raises(DataBroken, match=f"03.png {why}"):
        epoch_of(data)


@pytest.mark.parametrize("residency", ["auto", "stream"])
def test_what_was_seen_of_files_is_told_when_they_are_read_and_not_again(
    load: Load, image_folder: Path, events: RecordedEvents, residency: str
) -> None:
    path = image_folder / "train" / "dog" / "03.png"
    Image.new("RGBA", (32, 32), (0, 0, 0, 0)).save(path)
    load(residency=residency)
    told = "03.png has transparent pixels: background is white"
    assert [note.endswith(told) for note in events.notes] == [False, True]
    load(residency=residency)
    assert [note.endswith(told) for note in events.notes] == [False, True, False]


def test_images_of_a_size_that_is_not_declared_are_refused_when_they_are_kept_too(
    load: Load, image_folder: Path, load_spec: Callable[..., LoadData], loaded: Load, store: Path
) -> None:
    load()
    spec = load_spec("ImageFolder", root=str(image_folder), image_shape=[3, 28, 28])
    with pytest.raises(DataBroken, match=r"00\.png is \[3, 32, 32\] .* image_shape says \[3, 28"):
        loaded(spec, image_store=store)


def drawn_by(seed: int, **changes: Any) -> dict[str, Any]:
    return {"stage": {"validation_split": 0.25}, "seed": seed, **changes}


@pytest.mark.parametrize("first", ["mapped", "stream"])
@pytest.mark.parametrize("resized", [False, True])
def test_what_stands_for_images_is_taken_while_they_are_decoded_and_found_again(
    load: Load, first: str, resized: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = {"validation_split": 0.25, "transforms": [*([RESIZE] if resized else []), TO_TENSOR]}
    alone = data_digest(load(stage=stage, residency="memory", image_store=None))
    monkeypatch.setattr(digest, "_of_images", None)
    assert data_digest(load(stage=stage, residency=first)) == alone
    assert all(data_digest(load(stage=stage, residency=one)) == alone for one in RESIDENCIES)


def test_what_stands_for_images_of_many_sizes_is_kept_when_it_is_known(
    load: Load, image_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    stage = {"transforms": {"train": [CROP, TO_TENSOR], "test": [RESIZE, TO_TENSOR]}}
    alone = data_digest(load(stage=stage, residency="memory", image_store=None))
    assert data_digest(load(stage=stage, residency="stream")) == alone
    monkeypatch.setattr(digest, "_of_images", None)
    assert data_digest(load(stage=stage, residency="mapped")) == alone


def test_images_of_many_sizes_that_are_made_larger_have_the_same_digest_wherever_they_are(
    load: Load, image_folder: Path
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    larger = make("transform", "Resize", size=[64, 64])
    stage = {"transforms": [larger, TO_TENSOR], "validation_split": 0.25}
    alone = data_digest(load(stage=stage, residency="memory", image_store=None))
    found = {one: data_digest(load(stage=stage, residency=one)) for one in RESIDENCIES}
    assert found == dict.fromkeys(RESIDENCIES, alone)


def test_a_run_that_streams_does_not_refer_to_decoded_images(
    load: Load, store: Path, context: Context
) -> None:
    load(residency="mapped")
    mapped = {path.name for path in kept_in(store)}
    assert mapped <= {*context.facts["images"]}
    load(residency="stream")
    assert mapped.isdisjoint(context.facts["images"])


def test_another_draw_of_splits_has_digests_of_its_own(load: Load) -> None:
    found = [data_digest(load(**drawn_by(seed, residency="stream"))) for seed in (0, 3, 0)]
    alone = [data_digest(load(**drawn_by(seed, image_store=None))) for seed in (0, 3, 0)]
    assert found == alone
    assert found[0] != found[1]


def test_damaged_digests_are_taken_again(load: Load, store: Path) -> None:
    expected = data_digest(load(residency="stream"))
    for path in store.glob("*.digest.images"):
        path.write_bytes(path.read_bytes()[:-1])
    assert data_digest(load(residency="stream")) == expected


def test_an_image_that_changed_is_noticed(load: Load, image_folder: Path) -> None:
    before = data_digest(load(residency="stream"))
    path = image_folder / "train" / "dog" / "03.png"
    status = path.stat()
    Image.new("RGB", (32, 32), (1, 2, 3)).save(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = data_digest(load(residency="stream"))
    assert after != before
    assert after == data_digest(load(image_store=None))


def test_streamed_images_for_which_the_disk_has_no_room_leave_later_runs_theirs(
    load: Load, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(loading, "free_bytes", lambda _: 1000)
        patch.setattr(Memory, "has_room", lambda *_: False)
        first = load()
    assert kept_in(store) == set()
    assert same(first, load())
