from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cifar_pipe.data.store import Split, random_indices, random_split
from cifar_pipe.errors import DataBroken

IMAGES = torch.arange(5, dtype=torch.uint8).view(5, 1, 1, 1)
LABELS = torch.tensor([0, 1, 0, 2, 0])


@pytest.fixture(params=[False, True], ids=["tensor", "list"])
def split(request: pytest.FixtureRequest) -> Split:
    images: Tensor | list[Tensor] = list(IMAGES) if request.param else IMAGES
    return Split("train", images, LABELS, tuple("abcde"))


def test_a_subset_has_images_labels_and_files_in_the_order_of_the_indices(split: Split) -> None:
    part = split.subset(torch.tensor([3, 1]), name="val")
    assert part.name == "val"
    assert len(part) == 2
    assert [int(image.sum()) for image in part.images] == [3, 1]
    assert part.labels.tolist() == [2, 1]
    assert part.files == ("d", "b")


def test_images_at_indices_keep_their_container(split: Split) -> None:
    assert type(split.at(torch.tensor([0]))) is type(split.images)


def test_a_split_without_files_has_none_in_its_subset() -> None:
    assert Split("train", IMAGES, LABELS).subset(torch.tensor([0]), name="val").files == ()


def test_images_are_counted_per_class_absent_ones_too() -> None:
    assert Split("train", IMAGES, LABELS).per_class(4) == [3, 1, 1, 0]


def whole(count: int) -> Split:
    return Split("all", torch.zeros(count, 1, 2, 2, dtype=torch.uint8), torch.arange(count))


CLASSES = torch.arange(100) % 5


def test_every_index_is_in_one_of_the_two_parts_in_rising_order() -> None:
    kept, taken = random_indices(CLASSES, 0.2, seed=0, held_out_as="test")
    assert len(taken) == 20
    assert sorted(kept + taken) == list(range(100))
    assert kept == sorted(kept)
    assert taken == sorted(taken)


def test_every_class_is_held_out_by_the_same_share() -> None:
    labels = torch.tensor([0] * 50 + [1] * 30 + [2] * 20)
    for seed in range(3):
        _, taken = random_indices(labels, 0.2, seed=seed, held_out_as="test")
        assert torch.bincount(labels[taken]).tolist() == [10, 6, 4]


def test_the_parts_are_drawn_from_the_seed_and_the_split() -> None:
    first = random_indices(CLASSES, 0.2, seed=0, held_out_as="test")
    assert first == random_indices(CLASSES.tolist(), 0.2, seed=0, held_out_as="test")
    assert first != random_indices(CLASSES, 0.2, seed=1, held_out_as="test")
    assert first != random_indices(CLASSES, 0.2, seed=0, held_out_as="val")


def test_a_smaller_share_is_a_part_of_a_larger_one() -> None:
    parts = [random_indices(CLASSES, s, seed=0, held_out_as="test")[1] for s in (0.1, 0.2, 0.5)]
    assert {*parts[0]} < {*parts[1]} < {*parts[2]}


def test_targets_that_are_numbers_are_not_classes() -> None:
    kept, taken = random_indices(torch.randn(10, 3), 0.3, seed=0, held_out_as="val")
    assert (len(kept), len(taken)) == (7, 3)


def test_the_parts_never_change() -> None:
    # Networks of older versions are measured with newer ones: these numbers are a promise.
    _, taken = random_indices(CLASSES, 0.1, seed=0, held_out_as="test")
    assert taken == [2, 9, 18, 41, 45, 65, 69, 72, 78, 86]


def test_the_two_splits_have_their_names_and_images() -> None:
    train, val = random_split(whole(10), 0.3, seed=0, held_out_as="val")
    assert (train.name, len(train)) == ("train", 7)
    assert (val.name, len(val)) == ("val", 3)
    assert not set(train.labels.tolist()) & set(val.labels.tolist())


def test_a_single_image_cannot_be_divided() -> None:
    with pytest.raises(DataBroken, match="a single all image cannot be divided"):
        random_split(whole(1), 0.5, seed=0, held_out_as="test")
