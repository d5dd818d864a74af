from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.probe import probe
from cifar_pipe.data.thread_pool import Uninterrupted
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture
from tests.kit import RecordedEvents


def test_a_probe_says_what_is_there(image_folder: Path, load_spec: Callable[..., LoadData]) -> None:
    facts = probe(load_spec("ImageFolder", root=str(image_folder)))
    assert facts.image.shape == (3, 32, 32)
    assert facts.classes == ("cat", "dog", "frog")
    assert (facts.train, facts.test) == (24, 12)


def test_images_of_several_sizes_have_no_shape_and_their_transforms_may_make_one(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    picture(image_folder / "train" / "dog" / "00.png", (64, 64))
    shorter_side = {"transforms": [make("transform", "Resize", size=16)]}
    facts = probe(load_spec("ImageFolder", root=str(image_folder), stage=shorter_side))
    assert facts.image.shape is None
    assert facts.inputs == ((3, 16, 16), (3, 16, 16))
    with pytest.raises(DataBroken, match="train images differ in size"):
        probe(load_spec("ImageFolder", root=str(image_folder)))


def test_with_a_watch_every_file_is_read_and_told(
    image_folder: Path, load_spec: Callable[..., LoadData], events: RecordedEvents
) -> None:
    spec = load_spec("ImageFolder", root=str(image_folder))
    remarks = probe(spec, Uninterrupted(events)).remarks
    assert remarks == (
        "  train  24 images: 8 of each of 3 classes",
        "  test   12 images: 4 of each of 3 classes",
        "  sizes  32 x 32 (height x width)",
    )
    # Not the first of its class, which a quick look would open.
    (image_folder / "train" / "dog" / "05.png").write_text("<html>")
    (image_folder / "test" / "cat" / "03.png").write_bytes(b"")
    assert probe(spec).train == 24
    with pytest.raises(DataBroken, match="2 image files cannot be used") as caught:
        probe(spec, Uninterrupted(events))
    assert [note.split("/")[-1] for note in caught.value.notes] == [
        "03.png cannot be decoded: it is empty",
        "05.png cannot be decoded: it is a web page, not an image",
    ]


def test_a_probe_counts_the_images_of_each_class_in_each_split(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    facts = probe(load_spec("ImageFolder", root=str(image_folder)))
    assert facts.per_class == {"train": (8, 8, 8), "test": (4, 4, 4)}
    assert facts.val == 0
    drawn = probe(load_spec("ImageFolder", root=str(image_folder), stage={"validation_split": 0.5}))
    assert drawn.per_class == {"train": (4, 4, 4), "val": (4, 4, 4), "test": (4, 4, 4)}
    assert (drawn.train, drawn.val) == (24, 0)


def test_a_probe_finds_a_validation_split_of_the_folders_own(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    for name in ("cat", "dog", "frog"):
        picture(image_folder / "Validation" / name / "0.png")
    facts = probe(load_spec("ImageFolder", root=str(image_folder)))
    assert (facts.train, facts.val) == (24, 3)
