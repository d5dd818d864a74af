"""Batches that an engine makes itself: the same images and labels in the same order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.picking import labels_of, made, size_of
from cifar_pipe.data.store import Split
from cifar_pipe.data.stored_images import Chosen

TRANSFORMS = [
    make("transform", "RandomCrop", size=8, padding=2),
    make("transform", "RandomHorizontalFlip"),
    make("transform", "ToTensor"),
    make("transform", "Normalize", mean=[0.5] * 3, std=[0.25] * 3),
]


def data(transforms: Any = TRANSFORMS, dtype: torch.dtype = torch.uint8, **options: Any) -> Data:
    source = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (50, 3, 8, 8), generator=source).to(dtype)
    split = Split("train", images, torch.arange(50) % 3)
    return Data(
        {"train": split},
        classes=("plane", "car", "bird"),
        batching=Batching(transforms, **{"batch_size": 8, **options}),
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"shuffle": False},
        {"drop_last": True},
        {"sampler": make("sampler", "WeightedRandomSampler", weights=[1.0, 2.0, 3.0])},
    ],
    ids=["all", "in their order", "whole ones", "sampled"],
)
@pytest.mark.parametrize("skip", [0, 3])
def test_a_recipe_gives_the_batches_of_the_epoch(options: dict[str, Any], skip: int) -> None:
    found, epoch = data(**options), Epoch(2, seed=4, skip=skip)
    recipe = found.recipe(epoch)
    assert recipe is not None
    picked = list(recipe.batches(8, skip=skip))
    expected = list(found.batches("train", training=epoch))
    assert [size_of(one) for one in picked] == [size_of(one) for one in expected]
    for ours, (images, labels) in zip(picked, expected, strict=True):
        assert torch.equal(labels_of(ours), labels)
        assert torch.equal(made(ours)[0], images)
        assert torch.equal(made(ours)[1], labels)


@pytest.mark.parametrize(
    "given",
    [
        data(dtype=torch.float32),
        data([make("transform", "RandAugment"), *TRANSFORMS]),
        data([*TRANSFORMS, make("transform", "MixUp")]),
    ],
    ids=["floats", "another transform", "mixed"],
)
def test_what_takes_more_than_moves_has_no_recipe(given: Data) -> None:
    assert given.recipe(Epoch()) is None


def test_images_that_are_some_of_others_have_a_recipe() -> None:
    whole = data()
    split = whole.splits["train"]
    rows = torch.arange(0, 50, 3)
    some = Split("train", Chosen(split.images, rows), split.labels[rows])
    batching = Batching(TRANSFORMS, batch_size=8)
    found = Data({"train": some}, classes=whole.classes, batching=batching)
    recipe = found.recipe(Epoch(1))
    assert recipe is not None
    assert recipe.pixels is split.images
    assert torch.equal(recipe.labels, split.labels[recipe.order])
    for ours, (images, _) in zip(
        recipe.batches(8), found.batches("train", training=Epoch(1)), strict=True
    ):
        assert torch.equal(made(ours)[0], images)


class Ahead:
    """Records what is asked for, instead of a mapped file's."""

    def __init__(self) -> None:
        self.order: list[int] = []
        self.asked: list[int] = []

    def along(self, order: torch.Tensor, first: int = 0) -> Any:
        self.order, self.asked = order.tolist(), [first]
        return self.asked.append


@pytest.mark.parametrize("skip", [0, 3])
def test_mapped_images_are_asked_for_in_the_order_of_the_epoch(skip: int) -> None:
    whole, ahead, epoch = data(), Ahead(), Epoch(2, seed=4, skip=skip)
    train = whole.splits["train"]
    whole.splits["train"] = replace(train, ahead=ahead)  # type: ignore[arg-type]
    expected = whole._order(train, 8, epoch).tolist()
    next(whole.batches("train", training=epoch))
    assert (ahead.order, ahead.asked) == (expected, [0, 50])  # one block
    recipe = whole.recipe(epoch)
    assert recipe is not None
    list(recipe.batches(8, skip=skip))
    last = [min(8 * number, 50) for number in range(skip + 1, 8)]
    assert (ahead.order, ahead.asked) == (expected, [8 * skip, *last])
