from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cifar_pipe.data.probe import probe
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture


def test_a_probe_says_what_is_there(image_folder: Path, load_spec: Callable[..., LoadData]) -> None:
    facts = probe(load_spec("ImageFolder", root=str(image_folder)))
    assert facts.image.shape == (3, 32, 32)
    assert facts.classes == ("cat", "dog", "frog")
    assert (facts.train, facts.test) == (24, 12)
    picture(image_folder / "train" / "dog" / "00.png", (40, 30))
    assert probe(load_spec("ImageFolder", root=str(image_folder))).image.shape is None


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
