from __future__ import annotations

import pytest
import torch

from cifar_pipe.data.random_split import random_indices, random_split
from cifar_pipe.data.store import Split
from cifar_pipe.errors import DataBroken


def whole(count: int) -> Split:
    return Split("all", torch.zeros(count, 1, 2, 2, dtype=torch.uint8), torch.arange(count))


def test_every_index_is_in_one_of_the_two_parts_in_rising_order() -> None:
    kept, taken = random_indices(100, 0.2, seed=0, held_out_as="test")
    assert len(taken) == 20
    assert sorted(kept + taken) == list(range(100))
    assert kept == sorted(kept)
    assert taken == sorted(taken)


def test_the_parts_are_drawn_from_the_seed_and_the_split() -> None:
    first = random_indices(100, 0.2, seed=0, held_out_as="test")
    assert first == random_indices(100, 0.2, seed=0, held_out_as="test")
    assert first != random_indices(100, 0.2, seed=1, held_out_as="test")
    assert first != random_indices(100, 0.2, seed=0, held_out_as="val")


def test_the_two_splits_have_their_names_and_images() -> None:
    train, val = random_split(whole(10), 0.3, seed=0, held_out_as="val")
    assert (train.name, len(train)) == ("train", 7)
    assert (val.name, len(val)) == ("val", 3)
    assert not set(train.labels.tolist()) & set(val.labels.tolist())


def test_a_single_image_cannot_be_divided() -> None:
    with pytest.raises(DataBroken, match="a single all image cannot be divided"):
        random_split(whole(1), 0.5, seed=0, held_out_as="test")
