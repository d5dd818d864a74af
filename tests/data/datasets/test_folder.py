from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.stored_images import Streamed
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture

RESIZE = make("transform", "Resize", size=[8, 8])
TO_TENSOR = make("transform", "ToTensor")


def test_labels_follow_the_sorted_folder_names(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    data = loaded(load_spec("ImageFolder", root=str(image_folder)))
    assert data.classes == ("cat", "dog", "frog")
    assert data.splits["train"].labels.tolist() == [0] * 8 + [1] * 8 + [2] * 8
    assert data.splits["test"].images.shape == (12, 3, 32, 32)
    assert data.splits["train"].images[9, :, 0, 0].tolist() == [80, 10, 175]
    assert data.splits["train"].files[9].endswith("01.png")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "it is empty"), (b"words", "its content is not an image"), (None, "truncated")],
)
def test_a_file_that_is_no_image_is_named(
    image_folder: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    content: bytes | None,
    reason: str,
) -> None:
    path = image_folder / "train" / "dog" / "03.png"
    path.write_bytes(path.read_bytes()[:60] if content is None else content)
    with pytest.raises(DataBroken, match=f"03.png cannot be decoded: .*{reason}"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))


def test_a_truncated_jpeg_among_whole_ones_is_named(
    tmp_path: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    for split in ("train", "test"):
        for name in ("a", "b"):
            picture(tmp_path / split / name / "0.jpg")
            picture(tmp_path / split / name / "1.jpg")
    broken = tmp_path / "train" / "b" / "1.jpg"
    broken.write_bytes(broken.read_bytes()[:400])
    with pytest.raises(DataBroken, match=r"b.1\.jpg cannot be decoded"):
        loaded(load_spec("ImageFolder", root=str(tmp_path)))


def test_a_resize_is_done_as_the_images_are_read(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    spec = load_spec(
        "ImageFolder", root=str(image_folder), stage={"transforms": [RESIZE, TO_TENSOR]}
    )
    data = loaded(spec)
    assert data.splits["train"].images.shape == (24, 3, 8, 8)
    assert next(data.batches("train"))[0].shape == (1, 3, 8, 8)


def test_enlarging_waits_for_the_batch_so_that_the_store_stays_small(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    larger = make("transform", "Resize", size=[64, 64])
    spec = load_spec(
        "ImageFolder", root=str(image_folder), stage={"transforms": [larger, TO_TENSOR]}
    )
    data = loaded(spec)
    assert data.splits["train"].images.shape == (24, 3, 32, 32)
    assert data.image_shape == (3, 64, 64)


def test_enlarging_images_of_varying_size_is_done_at_once(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    larger = make("transform", "Resize", size=[64, 64])
    spec = load_spec(
        "ImageFolder", root=str(image_folder), stage={"transforms": [larger, TO_TENSOR]}
    )
    data = loaded(spec)
    assert data.splits["train"].images.shape == (24, 3, 64, 64)
    assert next(data.batches("train"))[0].shape == (1, 3, 64, 64)


def test_sizes_may_vary_up_to_a_random_crop(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    transforms = {
        "train": [make("transform", "RandomResizedCrop", size=[8, 8]), TO_TENSOR],
        "test": [RESIZE, TO_TENSOR],
    }
    spec = load_spec("ImageFolder", root=str(image_folder), stage={"transforms": transforms})
    data = loaded(spec)
    shapes = {images.shape for images, _ in data.batches("train", training=Epoch(), batch_size=5)}
    assert shapes == {(5, 3, 8, 8), (4, 3, 8, 8)}


def test_images_are_held_to_the_declared_shape(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    with pytest.raises(DataBroken, match=r"00\.png is \[3, 32, 32\] .* image_shape says \[3, 28"):
        loaded(load_spec("ImageFolder", root=str(image_folder), image_shape=[3, 28, 28]))


def test_one_folder_of_classes_is_divided_by_the_seed(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    root = str(image_folder / "train")
    spec = load_spec("ImageFolder", root=root, test_split=0.25, stage={"validation_split": 0.5})
    data, again = loaded(spec), loaded(spec)
    assert (data.count("train"), data.count("val"), data.count("test")) == (9, 9, 6)
    files = [path for split in data.splits.values() for path in split.files]
    assert len(set(files)) == 24
    assert data.splits["test"].files == again.splits["test"].files
    assert data.splits["test"].files != loaded(spec, seed=1).splits["test"].files


def test_drawn_splits_take_the_same_share_of_every_class(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    root = image_folder / "train"
    for number in range(4):
        picture(root / "rare" / f"{number}.png")
    spec = load_spec("ImageFolder", root=str(root), test_split=0.25)
    for seed in (0, 1):
        found = find_splits(spec, seed=seed)
        assert found.per_class == {"train": (6, 6, 6, 3), "test": (2, 2, 2, 1)}


def test_a_file_that_is_linked_into_another_split_or_class_is_told(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    cat = image_folder / "train" / "cat"
    (image_folder / "test" / "cat" / "x.png").symlink_to(cat / "00.png")
    (image_folder / "train" / "dog" / "x.png").hardlink_to(cat / "01.png")
    found = find_splits(load_spec("ImageFolder", root=str(image_folder)), seed=0)
    splits, labels = found.problems
    assert (splits.code, labels.code) == ("leak", "leak")
    assert splits.message.startswith(f"1 file is in two splits: {cat}/00.png and ")
    assert labels.message.startswith(f"1 file is under two labels: {cat}/01.png and ")


def test_what_is_not_read_is_kept_for_the_record_of_the_run(
    image_folder: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    context: Context,
) -> None:
    loaded(load_spec("ImageFolder", root=str(image_folder)))
    assert "warnings" not in context.facts
    (image_folder / "train" / "dog" / "photo.HEIC").touch()
    loaded(load_spec("ImageFolder", root=str(image_folder)))
    [told] = context.facts["warnings"]
    assert "1 file is not read: 1 .HEIC" in told["message"]


def test_one_training_image_cannot_be_divided(
    tmp_path: Path, load_spec: Callable[..., LoadData]
) -> None:
    for name in ("cat", "dog"):
        picture(tmp_path / name / "0.png")
    stage = {"validation_split": 0.5}
    spec = load_spec("ImageFolder", root=str(tmp_path), test_split=0.5, stage=stage)
    with pytest.raises(DataBroken, match="one training image") as raised:
        find_splits(spec, seed=0)
    assert raised.value.setting == ("validation_split",)


def test_a_val_folder_alone_is_the_test_split(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    (image_folder / "test").rename(image_folder / "val")
    data = loaded(load_spec("ImageFolder", root=str(image_folder)))
    assert list(data.splits) == ["train", "test"]


def test_a_val_folder_beside_test_is_the_validation_split(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    for name in ("cat", "dog", "frog"):
        picture(image_folder / "val" / name / "0.png")
    data = loaded(load_spec("ImageFolder", root=str(image_folder)))
    assert data.count("val") == 3
    spec = load_spec("ImageFolder", root=str(image_folder), stage={"validation_split": 0.5})
    with pytest.raises(DataBroken, match="validation split of its own"):
        loaded(spec)


def test_images_that_memory_cannot_hold_are_reported_or_decoded_for_each_batch(
    image_folder: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.sysconf", lambda _: 100)
    spec = load_spec("ImageFolder", root=str(image_folder))
    with pytest.raises(DataBroken, match="GB of memory"):
        loaded(spec, residency="memory")
    assert isinstance(loaded(spec).splits["train"].images, Streamed)
