from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Data
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
