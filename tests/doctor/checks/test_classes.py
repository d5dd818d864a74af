from __future__ import annotations

from cifar_pipe.doctor.checks import classes
from tests.doctor.looked import found, picture


def test_a_class_without_images_in_a_split_is_missing() -> None:
    pictures = [picture("a"), picture("b", label="dog"), picture("c", "test")]
    assert found(classes, pictures) == {"missing-class": ("test has no images of dog", [])}


def test_three_times_as_many_images_are_out_of_balance() -> None:
    cats = [picture(f"{number}") for number in range(6)]
    dogs = [picture(f"d{number}", label="dog") for number in range(3)]
    assert found(classes, cats + dogs) == {}
    words = "train has 6 images of cat and 2 of dog: 3 times as many"
    assert found(classes, cats + dogs[:2]) == {"balance": (words, [])}


def test_images_alone_are_unlabelled_and_a_test_split_may_be() -> None:
    assert found(classes, [picture(label=None)])["unlabelled"] == (
        "1 train image without a class",
        [0],
    )
    pictures = [picture("a"), picture("b", label="dog"), picture("c", "test", None)]
    assert found(classes, pictures)["unlabelled"] == ("1 test image without a class", [2])


def test_what_loading_refuses_is_told() -> None:
    assert found(classes, [picture()], refused="there is only one class")["layout"] == (
        "there is only one class",
        [],
    )
