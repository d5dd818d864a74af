from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.data.batches import Data
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture


def test_sizes_that_vary_are_reported_with_two_files(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    picture(image_folder / "train" / "dog" / "05.png", (40, 30))
    with pytest.raises(DataBroken, match=r"00\.png is 32 x 32, .*05\.png is 30 x 40"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))


def test_train_and_test_images_of_other_sizes_are_reported(
    image_folder: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    for path in (image_folder / "test").rglob("*.png"):
        picture(path, (16, 16))
    with pytest.raises(DataBroken, match=r"train images of \[3, 32, 32\] and test images of"):
        loaded(load_spec("ImageFolder", root=str(image_folder)))
