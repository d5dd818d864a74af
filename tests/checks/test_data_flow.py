"""The images of a stage, followed through their transforms without touching them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.images.data_facts import Images
from cifar_pipe.checks.data_flow import Flow, shapes_along, transform_lists
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training_length import Length
from tests.cases.edits import small
from tests.checks.kit import checked

SHAPES = "dataset: {type: Shapes, train: 41, test: 20}"
FOLDER = "dataset: {type: ImageFolder, root: images}"
CROP = "{type: RandomCrop, size: 24}"
TURN = "{type: RandomRotation, degrees: 30, expand: true}"


def training(**given: Any) -> Train:
    loss, optimizer = make("loss", "CrossEntropyLoss"), make("optimizer", "SGD")
    return Train(loss=loss, optimizer=optimizer, **given)


def flow(folder: Path, data: str) -> Flow:
    return checked(folder, small(data=data), torch=False).flows["load_data"]


def test_train_and_test_are_what_a_network_is_given(tmp_path: Path) -> None:
    split = f"transforms: {{train: [{CROP}, ToTensor], test: [ToTensor]}}"
    found = flow(tmp_path, f"{SHAPES}, {split}")
    assert (found.train.shape, found.test.shape) == ((3, 24, 24), (3, 32, 32))
    assert [path for path, _ in transform_lists(found.spec)] == [
        ("transforms", "train"),
        ("transforms", "test"),
    ]


def test_of_a_folder_only_the_channels_are_known(tmp_path: Path) -> None:
    found = flow(tmp_path, f"{FOLDER}, transforms: [ToTensor]")
    assert (found.train.shape, found.facts.num_classes, found.training_images) == (None, None, None)
    assert found.length(training(epochs=1)) is None


def test_named_classes_are_facts_beside_those_of_the_dataset(tmp_path: Path) -> None:
    found = flow(tmp_path, f"{FOLDER}, transforms: [ToTensor], classes: [cat, dog]")
    assert (found.facts.num_classes, found.dataset_facts.num_classes) == (2, None)
    assert found.facts.classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("more", "images", "steps"),
    [("", 41, 11), (", drop_last: true", 41, 10), (", validation_split: 0.5", 21, 6)],
)
def test_a_training_is_as_long_as_its_images_last(
    more: str, images: int, steps: int, tmp_path: Path
) -> None:
    found = flow(tmp_path, f"{SHAPES}, transforms: [ToTensor]{more}")
    assert found.training_images == images
    assert found.length(training(epochs=2)) == Length(2 * steps, steps)


def test_a_training_that_accumulates_has_fewer_steps(tmp_path: Path) -> None:
    found = flow(tmp_path, f"{SHAPES}, transforms: [ToTensor]")
    assert found.length(training(epochs=2, accumulate=3)) == Length(8, 4)


def test_transforms_that_do_not_fit_leave_the_shape_unknown(tmp_path: Path) -> None:
    found = flow(tmp_path, f"{SHAPES}, transforms: [{{type: RandomCrop, size: 64}}, ToTensor]")
    assert [problem.path for problem in found.problems] == [("transforms", 0, "size")]
    assert found.train.shape is None


def test_images_that_become_of_different_sizes_make_no_batch(tmp_path: Path) -> None:
    found = flow(tmp_path, f"{SHAPES}, transforms: {{train: [ToTensor], test: [{TURN}, ToTensor]}}")
    (problem,) = found.problems
    assert (problem.path, problem.code) == (("transforms", "test", 0, "expand"), "transform")
    again = f"transforms: {{train: [ToTensor], test: [{TURN}, {CROP}, ToTensor]}}"
    assert flow(tmp_path, f"{SHAPES}, {again}").problems == ()


def test_shapes_are_those_before_the_first_transform_and_after_each() -> None:
    crop, gray = make("transform", "CenterCrop", size=24), make("transform", "Grayscale")
    shapes = shapes_along(Images(3, 32, 32), [crop, gray])
    assert shapes == [(3, 32, 32), (3, 24, 24), (1, 24, 24)]
