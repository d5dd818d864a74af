"""What is known of images before any is read."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.images.data_facts import Images, data_facts


def test_a_shape_is_known_where_all_of_its_numbers_are() -> None:
    assert Images(3, 8, 9).shape == (3, 8, 9)
    assert Images(3, None, 9).shape is None
    assert Images.of([1, 8, 9]) == Images(1, 8, 9)
    assert Images.of(None, "float32") == Images(None, None, None, "float32")


def test_images_that_differ_in_their_values_alone_make_one_batch() -> None:
    assert Images(3, 8, 8, "float32", "0 to 1") == Images(3, 8, 8, "float32", "shifted")
    assert Images(3, 8, 8, "float32") != Images(3, 8, 8, "uint8")


def test_the_facts_of_a_dataset_follow_from_its_declaration() -> None:
    assert data_facts(make("dataset", "CIFAR100", root="data")).num_classes == 100
    assert not data_facts(make("dataset", "ImageFolder", root="data")).declared
