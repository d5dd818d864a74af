from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cifar_pipe.data.store import Split

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
