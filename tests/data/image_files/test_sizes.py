from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Data
from cifar_pipe.data.image_files.sizes import SizeCheck
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("RandomCrop", {"size": 32}, "a crop 32 high does not fit into images 20 high"),
        ("Pad", {"padding": 25, "padding_mode": "reflect"}, "reaches at most 19 here, not 25"),
        ("GaussianBlur", {"kernel_size": 41}, "a kernel of 41 is too large for images of 20x20"),
        ("ElasticTransform", {"sigma": 6.0}, "too far for images of 20x20"),
    ],
)
def test_one_image_that_a_transform_cannot_take_is_named_with_its_size(
    image_folder: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    name: str,
    arguments: dict[str, Any],
    words: str,
) -> None:
    for path in image_folder.rglob("*.png"):
        picture(path, (60, 60))
    small = image_folder / "train" / "dog" / "03.png"
    picture(small, (20, 20))
    chain = [make("transform", name, **arguments), make("transform", "CenterCrop", size=32)]
    chain.append(make("transform", "ToTensor"))
    spec = load_spec("ImageFolder", root=str(image_folder), stage={"transforms": chain})
    with pytest.raises(DataBroken) as caught:
        loaded(spec)
    assert caught.value.message.startswith(f"{small} is 20 x 20 (height x width): ")
    assert words in caught.value.message


def test_an_image_of_another_shape_than_declared_cannot_be_used(
    load_spec: Callable[..., LoadData],
) -> None:
    check = SizeCheck(load_spec("ImageFolder", root="x", image_shape=[3, 8, 8]), "train")
    assert check.unusable("a.png", (3, 8, 8)) is None
    found = check.unusable("a.png", (3, 8, 9))
    assert found is not None
    assert "image_shape says [3, 8, 8]" in found.why


def test_shapes_that_become_one_are_one_input(load_spec: Callable[..., LoadData]) -> None:
    shorter_side = {"transforms": [make("transform", "Resize", size=16)]}
    check = SizeCheck(load_spec("ImageFolder", root="x", stage=shorter_side), "test")
    assert check.network_input({(3, 20, 20): "a", (3, 40, 40): "b"}) == (3, 16, 16)
    with pytest.raises(DataBroken, match=r"test images differ in size: a is 20 x 20, b is 20 x 40"):
        check.network_input({(3, 20, 20): "a", (3, 20, 40): "b"})
