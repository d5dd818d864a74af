from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.stand_in import stand_in_for
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData

SMALL = {"train": 40, "test": 20}


def test_the_stand_in_takes_the_declared_shape_and_class_count(
    tmp_path: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data], offline: None
) -> None:
    shapes = make("dataset", "Shapes", train=200, test=100)
    spec = load_spec("CIFAR100", root=str(tmp_path), download=True, stand_in=shapes)
    assert loaded(spec).num_classes == 100
    digits = make("dataset", "Digits")
    spec = load_spec("MNIST", root=str(tmp_path), download=True, stand_in=digits)
    assert loaded(spec).splits["train"].images.shape == (1438, 1, 28, 28)
    noise = make("dataset", "Random", distribution="normal", **SMALL)
    spec = load_spec("MNIST", root=str(tmp_path), download=True, stand_in=noise)
    images = loaded(spec).splits["test"].images
    assert images.dtype == torch.uint8
    assert images.shape == (20, 1, 28, 28)


def test_the_stand_in_is_declared_as_it_is_used() -> None:
    dataset = make(
        "dataset", "CIFAR100", root="data", download=True, stand_in=make("dataset", "Shapes")
    )
    found = stand_in_for(dataset)
    assert found.name == "Shapes"
    assert found.get("image_shape") == [3, 32, 32]
    assert found.get("num_classes") == 100


def test_a_dataset_that_is_not_generated_cannot_stand_in() -> None:
    other = make("dataset", "MNIST", root="data")
    dataset = make("dataset", "CIFAR10", root="data", download=True, stand_in=other)
    with pytest.raises(DataBroken, match="MNIST cannot stand in"):
        stand_in_for(dataset)
