from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Data
from cifar_pipe.data.checks import check_class_names
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture

SMALL = {"train": 40, "test": 20}


def test_class_names_replace_the_datasets_own(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    names = [f"name{number}" for number in range(10)]
    data = loaded(load_spec("Shapes", **SMALL, stage={"classes": names}))
    assert data.classes == tuple(names)


def test_a_wrong_number_of_class_names_is_reported(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    spec = load_spec("Shapes", **SMALL, stage={"classes": ["a", "b"]})
    with pytest.raises(DataBroken, match="classes names 2, the dataset has 10"):
        loaded(spec)


def test_names_in_another_order_are_reported(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    stage = {"classes": ["frog", "dog", "cat"]}
    with pytest.raises(DataBroken, match="`frog` names the class `cat` here"):
        loaded(load_spec("ImageFolder", root=str(image_folder), stage=stage))


def test_a_mapping_renames_the_classes_that_it_names(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    stage = {"classes": {"frog": "toad"}}
    data = loaded(load_spec("ImageFolder", root=str(image_folder), stage=stage))
    assert data.classes == ("cat", "dog", "toad")


def test_a_dataset_without_classes_has_none_to_name(load_spec: Callable[..., LoadData]) -> None:
    spec = load_spec("Random", stage={"classes": ["a", "b"]})
    with pytest.raises(DataBroken, match=r"classes names 2, the dataset has 0$"):
        check_class_names(spec, ())


def test_names_that_are_not_written_are_not_checked(load_spec: Callable[..., LoadData]) -> None:
    assert load_spec("Shapes").classes is None
    check_class_names(load_spec("Shapes"), ("a", "b", "c"))


def test_sizes_that_vary_are_reported_with_two_files(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    with pytest.raises(DataBroken, match=r"00\.png is 32 x 32, .*05\.png is 30 x 40"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))


def test_splits_may_have_images_of_different_sizes(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    for path in (image_folder / "test").rglob("*.png"):
        picture(path, (16, 16))
    data = loaded(load_spec("ImageFolder", root=str(image_folder)))
    assert data.image_shapes == {"train": (3, 32, 32), "test": (3, 16, 16)}


def test_images_of_several_sizes_that_become_one_are_right(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    """A Resize to the shorter side makes one size of images of one shape."""
    picture(image_folder / "train" / "dog" / "05.png", (64, 64))
    stage = {"transforms": [make("transform", "Resize", size=48), make("transform", "ToTensor")]}
    data = loaded(load_spec("ImageFolder", root=str(image_folder), stage=stage))
    assert data.image_shape == (3, 48, 48)
