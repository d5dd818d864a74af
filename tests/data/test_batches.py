"""Batches: what comes, in which order, and that nothing else decides it."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.data import batches
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.store import Split
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import SplitTransforms

COUNT = 50
CLASSES = ("plane", "car", "bird")


def transform(name: str, **arguments: object) -> Component:
    return make("transform", name, **arguments)


FLIP = transform("RandomHorizontalFlip")
CROP = transform("RandomCrop", size=8, padding=2)
FLOATS = [transform("ToTensor"), transform("Normalize", mean=[0.5] * 3, std=[0.5] * 3)]
AUGMENTED = [CROP, transform("RandAugment"), FLIP, *FLOATS, transform("RandomErasing")]


def split(name: str = "train", count: int = COUNT) -> Split:
    source = torch.Generator().manual_seed(count)
    images = torch.randint(0, 256, (count, 3, 8, 8), dtype=torch.uint8, generator=source)
    # The first pixel and the label say which image it is.
    images[:, 0, 0, 0] = torch.arange(count, dtype=torch.uint8)
    return Split(name, images, torch.arange(count))


def data(transforms: object = (), **options: object) -> Data:
    source = options.pop("source", None)
    return Data(
        {"train": split(), "test": split("test", 11)},
        classes=CLASSES,
        batching=Batching(transforms, **{"batch_size": 4, **options}),
        source=source,
    )


def all_of(made: Data, **options: object) -> tuple[Tensor, Tensor]:
    """Images and labels of a whole epoch of training, or as the options say."""
    training = Epoch(options.pop("epoch", 0), options.pop("seed", 0))
    pairs = list(made.batches(options.pop("split", "train"), **{"training": training, **options}))
    return torch.cat([images for images, _ in pairs]), torch.cat([labels for _, labels in pairs])


def by_label(images: Tensor, labels: Tensor) -> Tensor:
    return images[labels.argsort()]


def test_each_image_comes_once_an_epoch_beside_its_label() -> None:
    images, labels = all_of(data())
    assert sorted(labels.tolist()) == list(range(COUNT))
    assert labels.tolist() != list(range(COUNT))
    assert torch.equal(images[:, 0, 0, 0].long(), labels)


def test_the_order_is_a_function_of_seed_and_epoch_alone() -> None:
    _, labels = all_of(data(FLOATS), epoch=3, seed=5)
    torch.rand(7)
    assert torch.equal(labels, all_of(data(AUGMENTED), epoch=3, seed=5)[1])
    assert torch.equal(labels, all_of(data(), epoch=3, seed=5, batch_size=7)[1])
    assert not torch.equal(labels, all_of(data(), epoch=4, seed=5)[1])
    assert not torch.equal(labels, all_of(data(), epoch=3, seed=6)[1])


@pytest.mark.parametrize("options", [{"batch_size": 1}, {"batch_size": 16}, {"batch_size": 99}])
def test_what_an_image_becomes_does_not_depend_on_its_batch(options: dict[str, Any]) -> None:
    expected = by_label(*all_of(data(AUGMENTED), epoch=1))
    assert torch.equal(by_label(*all_of(data(AUGMENTED), epoch=1, **options)), expected)
    unshuffled = data(AUGMENTED, shuffle=False)
    assert torch.equal(all_of(unshuffled, epoch=1, **options)[0], expected)


@pytest.mark.parametrize("values", [1, 500, 1000, 10**9])
def test_what_comes_does_not_depend_on_the_block(
    values: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = all_of(data(AUGMENTED))
    monkeypatch.setattr(batches, "_BLOCK_VALUES", values)
    found = all_of(data(AUGMENTED))
    assert torch.equal(found[0], expected[0])
    assert torch.equal(found[1], expected[1])


@pytest.mark.parametrize("skip", [0, 1, 5, 12, 13])
def test_an_epoch_can_be_entered_at_any_batch(skip: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = list(data(AUGMENTED).batches("train", training=Epoch(2, skip=skip)))
    monkeypatch.setattr(batches, "_BLOCK_VALUES", 800)
    whole = list(data(AUGMENTED).batches("train", training=Epoch(2)))
    assert len(rest) == 13 - skip
    for (images, labels), (of_rest, labels_of_rest) in zip(whole[skip:], rest, strict=True):
        assert torch.equal(images, of_rest)
        assert torch.equal(labels, labels_of_rest)


def test_an_epoch_that_is_entered_later_has_the_same_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Kernels may round by the size of what they are given."""
    monkeypatch.setattr(batches, "_BLOCK_VALUES", 5 * 4 * math.prod(data().image_shape))
    made, blocks = data(AUGMENTED), []
    real = Split.at
    monkeypatch.setattr(
        Split, "at", lambda self, chosen: blocks.append(chosen) or real(self, chosen)
    )
    list(made.batches("train", training=Epoch(2)))
    whole = [*blocks]
    blocks.clear()
    list(made.batches("train", training=Epoch(2, skip=7)))
    assert [len(one) for one in whole] == [20, 20, 10]
    assert [one.tolist() for one in blocks] == [one.tolist() for one in whole[1:]]


def test_augmentation_is_new_each_epoch() -> None:
    first, second = (by_label(*all_of(data(AUGMENTED), epoch=epoch)) for epoch in (0, 1))
    assert not torch.equal(first, second)


def test_sizes_of_batches() -> None:
    sizes = [len(labels) for _, labels in data().batches("train", training=Epoch())]
    assert sizes == [4] * 12 + [2]
    assert data().batches_per_epoch() == 13
    assert [len(labels) for _, labels in data().batches("test", batch_size=8)] == [8, 3]


def test_drop_last_leaves_out_a_training_batch_that_is_not_full() -> None:
    made = data(drop_last=True)
    assert [len(labels) for _, labels in made.batches("train", training=Epoch())] == [4] * 12
    assert made.batches_per_epoch() == 12
    assert sum(len(labels) for _, labels in made.batches("train")) == COUNT


def test_outside_training_images_come_as_they_are_stored_and_without_chance() -> None:
    made = data(AUGMENTED)
    images, labels = all_of(made, training=None)
    assert torch.equal(labels, torch.arange(COUNT))
    expected = functional.normalize(split().images.float() / 255, [0.5] * 3, [0.5] * 3)
    torch.testing.assert_close(images, expected, rtol=0, atol=1e-6)
    images, _ = all_of(made, split="test")
    expected = functional.normalize(split("test", 11).images.float() / 255, [0.5] * 3, [0.5] * 3)
    torch.testing.assert_close(
        by_label(images, all_of(made, split="test")[1]), expected, rtol=0, atol=1e-6
    )


def test_transforms_by_split_are_those_of_the_split() -> None:
    by_split = SplitTransforms(train=FLOATS, test=[transform("Resize", size=[4, 4]), *FLOATS])
    made = data(by_split)
    assert all_of(made)[0].shape[1:] == (3, 8, 8)
    assert all_of(made, split="test", training=None)[0].shape[1:] == (3, 4, 4)


def test_baked_transforms_are_not_done_again() -> None:
    transforms = [transform("Pad", padding=1), *FLOATS]
    stored = split()
    padded = Split("train", functional.pad(stored.images, [1]), stored.labels)
    baked = Data({"train": padded}, batching=Batching(transforms, 4), baked={"train": 1})
    assert baked.image_shape == (3, 10, 10)
    plain = Data({"train": stored}, batching=Batching(transforms, 4))
    assert torch.equal(all_of(baked)[0], all_of(plain)[0])


def test_nothing_draws_from_the_global_generator() -> None:
    state = torch.get_rng_state()
    iterator = data(AUGMENTED).batches("train", training=Epoch())
    next(iterator)
    assert torch.equal(torch.get_rng_state(), state)
    list(iterator)
    assert torch.equal(torch.get_rng_state(), state)


def test_a_batch_may_be_written_to_without_changing_the_store() -> None:
    made = data()
    for images, labels in made.batches("test"):
        images.zero_()
        labels.zero_()
    assert torch.equal(made.splits["test"].images, split("test", 11).images)
    assert torch.equal(made.splits["test"].labels, torch.arange(11))


def test_batches_are_contiguous() -> None:
    assert all(images.is_contiguous() for images, _ in data(AUGMENTED).batches("train"))


def test_float_images_and_float_targets_work() -> None:
    source = torch.Generator().manual_seed(0)
    stored = Split("train", torch.randn(9, 2, 5, 6, generator=source), torch.randn(9, 3))
    made = Data({"train": stored}, batching=Batching([FLIP], 4))
    images, labels = all_of(made)
    assert images.shape == (9, 2, 5, 6)
    assert images.dtype == labels.dtype == torch.float32
    assert labels.shape == (9, 3)
    assert made.num_classes is None


def varied() -> Split:
    images = [image[:, : 4 + k % 5, : 8 - k % 3] for k, image in enumerate(split().images)]
    return Split("train", images, torch.arange(COUNT))


def test_images_of_different_sizes_meet_in_a_random_crop() -> None:
    transforms = [transform("RandomResizedCrop", size=6), *FLOATS]
    per_split = SplitTransforms(train=transforms, test=[])
    made = Data({"train": varied()}, batching=Batching(per_split, 4))
    images, labels = all_of(made)
    assert images.shape == (COUNT, 3, 6, 6)
    assert torch.equal(by_label(images, labels), by_label(*all_of(made, batch_size=7)))


def test_images_that_still_differ_in_size_are_reported() -> None:
    made = Data({"train": varied()}, batching=Batching(FLOATS, 4))
    with pytest.raises(DataBroken, match="images differ in size after their transforms") as error:
        list(made.batches("train"))
    assert "Resize" in error.value.help[0]


def test_info_says_what_the_run_is_to_know() -> None:
    made = data(FLOATS, source={"dataset": "CIFAR10", "stand_in": False})
    assert made.info == {
        "dataset": "CIFAR10",
        "stand_in": False,
        "train": COUNT,
        "test": 11,
        "classes": list(CLASSES),
        "image_shape": [3, 8, 8],
    }
    assert made.num_classes == 3
    assert made.count("test") == 11


def test_pictures_are_the_images_as_they_were_loaded() -> None:
    made = data(AUGMENTED)
    assert torch.equal(made.pictures("test", [3, 1]), split("test", 11).images[[3, 1]])


def test_pictures_may_be_shown_as_the_network_sees_them() -> None:
    found = data(AUGMENTED).pictures("train", range(9), transformed=True)
    assert found.dtype == torch.uint8
    assert found.shape == (9, 3, 8, 8)
    assert not torch.equal(found, split().images[:9])


def test_pictures_of_different_sizes_share_the_largest_s() -> None:
    made = Data({"train": varied()}, batching=Batching(batch_size=4))
    assert made.pictures("train", range(10)).shape == (10, 3, 8, 8)


def test_a_split_smaller_than_a_batch_gives_none_with_drop_last() -> None:
    made = data(FLOATS, drop_last=True, batch_size=COUNT + 1)
    assert list(made.batches("train", training=Epoch())) == []
    assert made.batches_per_epoch() == 0
