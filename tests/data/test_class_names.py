from __future__ import annotations

from collections.abc import Callable

import pytest

from cifar_pipe.data.batches import Data
from cifar_pipe.data.class_names import check_class_names
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData

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
    with pytest.raises(DataBroken, match="classes has 2 names, and Shapes has 10 classes: circle,"):
        loaded(spec)


def test_a_dataset_without_classes_has_none_to_name(load_spec: Callable[..., LoadData]) -> None:
    spec = load_spec("Random", stage={"classes": ["a", "b"]})
    with pytest.raises(DataBroken, match=r"classes has 2 names, and Random has 0 classes$"):
        check_class_names(spec, ())


def test_names_that_are_not_written_are_not_checked(load_spec: Callable[..., LoadData]) -> None:
    assert load_spec("Shapes").classes is None
    check_class_names(load_spec("Shapes"), ("a", "b", "c"))
