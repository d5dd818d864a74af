"""What images become on their way through transforms, and which transforms do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.images.data_facts import Images
from cifar_pipe.catalog.images.transform_flow import network_inputs, of_split, through
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.stages.load_data.spec import SplitTransforms

CIFAR = Images(3, 32, 32)
MNIST = Images(1, 28, 28)
UNKNOWN = Images(None, None, None)


def t(name: str, **arguments: Any) -> Component:
    return make("transform", name, **arguments)


HALF = {"mean": [0.5] * 3, "std": [0.5] * 3}


@pytest.mark.parametrize(
    ("images", "transforms", "expected"),
    [
        (CIFAR, [], CIFAR),
        (CIFAR, [t("ToTensor"), t("Normalize", **HALF)], Images(3, 32, 32, "float32")),
        (MNIST, [t("RGB")], Images(3, 28, 28)),
        (CIFAR, [t("Grayscale")], Images(1, 32, 32)),
        (CIFAR, [t("Grayscale", num_output_channels=3)], CIFAR),
        (CIFAR, [t("RandomCrop", size=32, padding=4)], CIFAR),
        (CIFAR, [t("Pad", padding=[1, 2, 3, 4])], Images(3, 38, 36)),
        (CIFAR, [t("Pad", padding=[1, 2])], Images(3, 36, 34)),
        (CIFAR, [t("CenterCrop", size=[20, 40])], Images(3, 20, 40)),
        (UNKNOWN, [t("Resize", size=256), t("CenterCrop", size=224)], Images(None, 224, 224)),
        (UNKNOWN, [t("Resize", size=256)], UNKNOWN),
        (CIFAR, [t("RandomResizedCrop", size=24)], Images(3, 24, 24)),
        (CIFAR, [t("RandomRotation", degrees=9, expand=True)], Images(3, None, None)),
        (CIFAR, [t("ToDtype", dtype="float32", scale=True)], Images(3, 32, 32, "float32")),
    ],
)
def test_images_after_their_transforms(images: Images, transforms: Any, expected: Any) -> None:
    assert through(images, transforms) == expected


@pytest.mark.parametrize(
    ("images", "transforms", "index", "argument", "words"),
    [
        (CIFAR, [t("Normalize", **HALF), t("ToTensor")], 0, None, "takes floats"),
        (CIFAR, [t("ToTensor"), t("ToTensor")], 1, None, "floats already"),
        (
            MNIST,
            [t("ToTensor"), t("Normalize", **HALF)],
            1,
            "mean",
            "mean has 3 values for images of 1 channel",
        ),
        (
            CIFAR,
            [t("ToTensor"), t("Normalize", mean=[0.5], std=[0.5, 0.5])],
            1,
            "std",
            "std has 2 values for images of 3 channels",
        ),
        (
            CIFAR,
            [t("RandomCrop", size=40)],
            0,
            "size",
            "a crop 40 high does not fit into images 32 high",
        ),
        (
            CIFAR,
            [t("RandomCrop", size=[32, 50], padding=4)],
            0,
            "size",
            "images 32 wide, 40 with padding",
        ),
        (CIFAR, [t("ToTensor"), t("RandAugment")], 1, None, "takes whole numbers"),
        (CIFAR, [t("ToTensor"), t("RandomPosterize", bits=3)], 1, None, "takes whole numbers"),
        (
            CIFAR,
            [t("ToTensor"), t("RandomSolarize", threshold=128)],
            1,
            "threshold",
            "at most 1 here",
        ),
        (
            CIFAR,
            [t("ToTensor"), t("Normalize", **HALF), t("ColorJitter", hue=0.1)],
            2,
            None,
            "Normalize has shifted them",
        ),
        (Images(4, 8, 8), [t("Grayscale")], 0, None, "1 or 3 channels, not 4"),
        (CIFAR, [t("Pad", padding=1, fill=[1, 2])], 0, "fill", "fill has 2 values"),
        (CIFAR, [t("Pad", padding=32, padding_mode="reflect")], 0, "padding", "at most 31"),
        (CIFAR, [t("RandomErasing", value=[1.0, 2.0])], 0, "value", "value has 2 values"),
        (CIFAR, [t("Resize", size=[8, 8], max_size=9)], 0, "max_size", "goes with a size of one"),
        (CIFAR, [t("GaussianBlur", kernel_size=65)], 0, "kernel_size", "too large"),
    ],
)
def test_what_does_not_fit_is_reported_at_its_place(
    images: Images, transforms: Any, index: int, argument: str | None, words: str
) -> None:
    with pytest.raises(ProblemError) as raised:
        through(images, transforms)
    found = raised.value.problem
    assert found.path == ((index,) if argument is None else (index, argument))
    assert found.code == "transform"
    assert words in found.message


def test_the_problem_says_what_the_transform_was_given() -> None:
    with pytest.raises(ProblemError) as raised:
        through(CIFAR, [t("Grayscale"), t("Normalize", **HALF)])
    assert raised.value.problem.notes == ("it is given images of [1, 32, 32] uint8",)


@pytest.mark.parametrize("transforms", [[], [t("RandomHorizontalFlip")]])
def test_a_network_takes_floats(transforms: Any) -> None:
    with pytest.raises(ProblemError, match="a network takes floats") as raised:
        network_inputs(CIFAR, transforms)
    assert raised.value.problem.help == "add ToTensor"
    assert raised.value.problem.path == (("transforms", 0) if transforms else ("transforms",))


def test_float_images_need_no_to_tensor() -> None:
    images = Images(3, 8, 8, "float32")
    assert network_inputs(images, []) == {"train": images, "test": images}


def test_a_random_change_of_size_in_a_flat_list_does_not_fit() -> None:
    with pytest.raises(ProblemError) as raised:
        network_inputs(CIFAR, [t("RandomHorizontalFlip"), t("RandomCrop", size=28), t("ToTensor")])
    found = raised.value.problem
    assert found.path == ("transforms", 1)
    assert "they become [3, 28, 28] and the test images [3, 32, 32]" in found.message
    assert "{train: [...], test: [...]}" in (found.help or "")


def test_a_fixed_size_after_a_random_one_does_fit() -> None:
    transforms = [t("RandomCrop", size=28), t("Resize", size=[32, 32]), t("ToTensor")]
    found = network_inputs(CIFAR, transforms)
    assert found["train"] == found["test"] == Images(3, 32, 32, "float32")


def test_what_fits_no_test_image_is_reported_at_its_place_in_the_list() -> None:
    transforms = [t("RandomResizedCrop", size=40), t("Pad", padding=35, padding_mode="reflect")]
    with pytest.raises(ProblemError) as raised:
        network_inputs(CIFAR, [*transforms, t("ToTensor")])
    assert raised.value.problem.path == ("transforms", 1, "padding")
    assert "test images skip the random transforms of the list" in raised.value.problem.notes


def test_lists_by_split_may_end_in_different_sizes() -> None:
    transforms = SplitTransforms(
        train=[t("RandomCrop", size=28), t("ToTensor")], test=[t("ToTensor")]
    )
    found = network_inputs(CIFAR, transforms)
    assert (found["train"].height, found["test"].height) == (28, 32)


def test_the_path_names_the_split() -> None:
    transforms = SplitTransforms(train=[t("ToTensor")], test=[t("RandomCrop", size=99)])
    with pytest.raises(ProblemError) as raised:
        network_inputs(CIFAR, transforms)
    assert raised.value.problem.path == ("transforms", "test", 0, "size")


def test_in_a_flat_list_what_draws_nothing_works_on_all_splits() -> None:
    blur, flip = t("GaussianBlur", kernel_size=3, sigma=1.0), t("RandomInvert", p=1.0)
    transforms = [blur, flip, t("RandomHorizontalFlip"), t("ToTensor")]
    assert of_split(transforms, "train", training=True) == transforms
    for split, training in (("train", False), ("val", True), ("test", False)):
        assert of_split(transforms, split, training=training) == [blur, flip, t("ToTensor")]


def test_a_random_crop_of_images_of_unknown_size_leaves_the_test_images_unknown() -> None:
    transforms = [t("RandomCrop", size=28), t("ToTensor")]
    found = network_inputs(Images(3, None, None), transforms)
    assert (found["train"].shape, found["test"].shape) == ((3, 28, 28), None)
    seen = network_inputs(Images(3, None, None), transforms, seen=(None, (3, 28, 28)))
    assert seen["test"].shape == (3, 28, 28)
    with pytest.raises(ProblemError, match="works on the training images only"):
        network_inputs(Images(3, None, None), transforms, seen=(None, (3, 40, 40)))
