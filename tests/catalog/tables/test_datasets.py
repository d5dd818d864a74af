from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.images import class_names
from cifar_pipe.catalog.images.data_facts import Images, data_facts
from cifar_pipe.catalog.tables.datasets import TABLE, held_out


def test_every_public_dataset_of_torchvision_is_kept_or_left_out_with_a_reason() -> None:
    import torchvision.datasets

    public = set(torchvision.datasets.__all__)
    assert public <= {*TABLE.entries, *TABLE.left_out}
    assert set(TABLE.left_out) <= public
    assert all(TABLE.left_out.values())


@pytest.mark.parametrize("name", ["CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "SVHN"])
def test_what_is_declared_of_a_download_fits_together(name: str) -> None:
    facts = data_facts(make("dataset", name, root="data"))
    assert facts.num_classes == len(set(facts.classes))
    assert facts.image.shape is not None
    assert facts.declared


def test_class_names_are_torchvisions_own() -> None:
    from torchvision.datasets import FashionMNIST

    assert list(class_names.FASHION) == FashionMNIST.classes
    assert len(class_names.CIFAR100) == 100
    assert list(class_names.CIFAR100) == sorted(class_names.CIFAR100)


def test_generated_datasets_are_what_their_arguments_say() -> None:
    facts = data_facts(make("dataset", "Shapes", image_shape=[1, 28, 28], num_classes=12, test=5))
    assert facts.image == Images(1, 28, 28)
    assert facts.classes[10:] == ("striped_circle", "striped_square")
    assert (facts.train, facts.test) == (50_000, 5)
    facts = data_facts(make("dataset", "Random", target_shape=[1000]))
    assert facts.image.dtype == "float32"
    assert facts.num_classes is None
    assert facts.target_shape == (1000,)
    facts = data_facts(make("dataset", "Digits", test_split=0.5))
    assert (facts.train, facts.test) == (899, 898)


def test_of_a_folder_only_the_channels_are_known_before_a_look() -> None:
    facts = data_facts(make("dataset", "ImageFolder", root="x"))
    assert facts.image == Images(3, None, None)
    assert not facts.declared
    facts = data_facts(make("dataset", "ImageFolder", root="x", image_shape=[3, 8, 9]))
    assert facts.image.shape == (3, 8, 9)


@pytest.mark.parametrize(
    "arguments",
    [
        {"num_classes": class_names.SHAPES_LIMIT + 1},
        {"num_classes": 1},
        {"image_shape": [3, 7, 32]},
        {"image_shape": [2, 32, 32]},
        {"image_shape": [32, 32]},
        {"train": 0},
    ],
)
def test_shapes_refuses_what_it_cannot_draw(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("dataset", "Shapes", **arguments)


def test_a_share_sets_aside_at_least_one_and_never_all() -> None:
    assert held_out(10, 0.001) == 1
    assert held_out(10, 0.999) == 9
    assert held_out(10, 0.25) == 2
