from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets.folder import default_loader
from torchvision.transforms.functional import pil_to_tensor

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.decode import decode_file
from cifar_pipe.data.load import load
from cifar_pipe.data.probe import probe
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData

RESIZE = make("transform", "Resize", size=[8, 8])
TO_TENSOR = make("transform", "ToTensor")


@pytest.fixture
def loaded(events: Any) -> Callable[..., Data]:
    return lambda spec, seed=0: load(spec, seed=seed, stand_in_allowed=True, events=events)


def picture(path: Path, size: tuple[int, int] = (32, 32), mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    channels = len(Image.new(mode, (1, 1)).getbands())
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], channels), dtype=np.uint8)
    Image.fromarray(pixels.squeeze(-1) if channels == 1 else pixels, mode).save(path)


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
    ("name", "mode"),
    [
        ("rgb.jpg", "RGB"),
        ("grey.jpg", "L"),
        ("cmyk.jpg", "CMYK"),
        ("rgba.png", "RGBA"),
        ("grey.png", "L"),
        ("rgb.bmp", "RGB"),
        ("rgb.webp", "RGB"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*mode.*:DeprecationWarning")
def test_every_kind_of_image_is_read_as_torchvision_reads_it(
    tmp_path: Path, name: str, mode: str
) -> None:
    picture(tmp_path / name, (9, 5), mode)
    image = decode_file(tmp_path / name)
    assert image.shape == (3, 5, 9)
    assert torch.equal(image, pil_to_tensor(default_loader(str(tmp_path / name))))


@pytest.mark.parametrize("mode", ["P", "1", "LA", "I;16"])
def test_palettes_and_deep_greys_become_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    if mode == "I;16":
        Image.fromarray(np.full((5, 9), 300, dtype=np.uint16)).save(path)
    else:
        Image.new("L", (9, 5), 200).convert(mode).save(path)
    assert torch.equal(decode_file(path), pil_to_tensor(default_loader(str(path))))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "it is empty"), (b"words", "its content is no image"), (None, "truncated")],
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


def test_sizes_that_vary_are_told_with_two_files(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    with pytest.raises(DataBroken, match=r"00\.png is 32 x 32, .*05\.png is 30 x 40"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))


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
    shapes = {images.shape for images, _ in data.batches("train", training=True, batch_size=5)}
    assert shapes == {(5, 3, 8, 8), (4, 3, 8, 8)}


def test_train_and_test_images_of_other_sizes_are_told(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    for path in (image_folder / "test").rglob("*.png"):
        picture(path, (16, 16))
    with pytest.raises(DataBroken, match=r"train images of \[3, 32, 32\] and test images of"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))


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
    assert data.splits["test"].files != loaded(spec, 1).splits["test"].files


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
    with pytest.raises(DataBroken, match="val/ of its own"):
        loaded(spec)


def test_a_probe_says_what_is_there(image_folder: Path, load_spec: Callable[..., LoadData]) -> None:
    facts = probe(load_spec("ImageFolder", root=str(image_folder)))
    assert facts.image.shape == (3, 32, 32)
    assert facts.classes == ("cat", "dog", "frog")
    assert (facts.train, facts.test) == (24, 12)
    picture(image_folder / "train" / "dog" / "00.png", (40, 30))
    assert probe(load_spec("ImageFolder", root=str(image_folder))).image.shape is None


def test_a_missing_root_is_told_with_the_nearest(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    with pytest.raises(DataUnavailable, match="train/ and test/") as raised:
        probe(load_spec("ImageFolder", root=str(image_folder.parent / "image")))
    assert raised.value.help[0] == f"did you mean {image_folder}?"


def test_missing_splits_are_told(image_folder: Path, load_spec: Callable[..., LoadData]) -> None:
    with pytest.raises(DataUnavailable, match="no train/ and no test/ or val/") as raised:
        probe(load_spec("ImageFolder", root=str(image_folder / "train")))
    assert "test_split: 0.2" in raised.value.help[0]


def test_classes_that_differ_are_named(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    (image_folder / "test" / "frog").rename(image_folder / "test" / "toad")
    with pytest.raises(DataBroken, match=r"only .*train has frog; only .*test has toad"):
        probe(load_spec("ImageFolder", root=str(image_folder)))


def test_an_empty_class_folder_is_named(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    for path in (image_folder / "test" / "dog").iterdir():
        path.unlink()
    with pytest.raises(DataBroken, match=r"no images in .*dog"):
        probe(load_spec("ImageFolder", root=str(image_folder)))


def test_a_split_without_class_folders_is_told(
    tmp_path: Path, load_spec: Callable[..., LoadData]
) -> None:
    picture(tmp_path / "train" / "0.png")
    (tmp_path / "test").mkdir()
    with pytest.raises(DataBroken, match=r"no class folders in .*train"):
        probe(load_spec("ImageFolder", root=str(tmp_path)))


def test_a_wrong_number_of_class_names_is_told_by_the_probe(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    spec = load_spec("ImageFolder", root=str(image_folder), stage={"classes": ["a", "b"]})
    with pytest.raises(DataBroken, match="classes has 2 names"):
        probe(spec)


def test_images_that_memory_cannot_hold_are_told(
    image_folder: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.sysconf", lambda _: 100)
    with pytest.raises(DataBroken, match="GB of memory"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))


def test_without_torchvisions_decoder_pillow_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "a.jpg", (9, 5))
    image = decode_file(tmp_path / "a.jpg")
    monkeypatch.setattr("cifar_pipe.data.datasets.decode.decode_jpeg", None)
    assert torch.equal(decode_file(tmp_path / "a.jpg"), image)
