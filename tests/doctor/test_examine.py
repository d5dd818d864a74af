from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from cifar_pipe.data.batches import Data
from cifar_pipe.doctor.diagnose import diagnose
from cifar_pipe.doctor.examine import examine_data, pixels_of, thumbnail
from tests.doctor.looked import WATCH
from tests.kit import random_data, random_split


def test_equal_pixels_have_one_digest_and_other_sizes_another() -> None:
    image = torch.arange(48, dtype=torch.uint8).reshape(3, 4, 4)
    assert pixels_of(image).digest == pixels_of(image.clone()).digest
    assert pixels_of(image).digest != pixels_of(image.reshape(3, 2, 8)).digest
    assert pixels_of(image).digest != pixels_of(image + 1).digest
    assert pixels_of(image.reshape(3, 2, 8)).size == (2, 8)


def test_spread_is_that_within_a_channel() -> None:
    assert pixels_of(torch.tensor([10, 200, 90], dtype=torch.uint8)[:, None, None]).spread == 0
    assert pixels_of(torch.tensor([[[0.0, 1.0]]])).spread == 255


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 200, 90), (3, 32, 32)])
def test_a_thumbnail_has_one_size_and_the_grey_of_the_image(shape: tuple[int, int, int]) -> None:
    made = thumbnail(torch.full(shape, 77, dtype=torch.uint8))
    assert made.shape == (32, 32)
    assert made.dtype == np.uint8
    assert (made == 77).all()


def test_floats_fill_the_range() -> None:
    assert {*thumbnail(torch.linspace(-3, 3, 1024).reshape(1, 32, 32)).flat} >= {0, 255}


def test_data_without_files_is_examined_by_its_pixels() -> None:
    data = random_data(train=20, test=10, shape=(3, 8, 8))
    data.splits["test"].images[4] = data.splits["train"].images[7]
    collection = examine_data(data, "Random", WATCH)
    (found,) = diagnose(collection, WATCH, near=False).plain()["findings"][:1]
    assert (found["kind"], found["groups"]) == ("leak", [["test[4]", "train[7]"]])


def test_targets_that_are_numbers_are_no_labels() -> None:
    split = random_split("train", 6, (3, 8, 8), 3, seed=0)
    data = Data({"train": split})
    assert {one.label for one in examine_data(data, "Random", WATCH).pictures} == {None}


def test_copies_of_very_small_images_are_not_known() -> None:
    data = random_data(train=20, test=10, shape=(3, 8, 8))
    diagnosis = diagnose(examine_data(data, "Random", WATCH), WATCH)
    (told,) = diagnosis.not_known
    assert told.startswith("near-duplicates among 30 images of less than 16 x 16 pixels")
    larger = random_data(train=20, test=10, shape=(3, 16, 16))
    assert not diagnose(examine_data(larger, "Random", WATCH), WATCH).not_known


def test_diagnosis_says_which_places_of_a_split_leak(tmp_path: Path) -> None:
    data = random_data(train=20, test=10, shape=(3, 8, 8))
    for place in (8, 3):
        data.splits["test"].images[place] = data.splits["train"].images[1]
    diagnosis = diagnose(examine_data(data, "Random", WATCH), WATCH)
    assert diagnosis.leaked("test") == [3, 8]
    assert diagnosis.leaked("train") == []
    assert diagnosis.has_errors
