"""Which images an epoch takes, against PyTorch's own sampler and the words of the catalogue."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import WeightedRandomSampler

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.sampling import sampled
from cifar_pipe.data.store import Split
from cifar_pipe.data.transforms.randomness import generator
from cifar_pipe.errors import RunError

# A hundred images of the first class for each of the third.
LABELS = torch.tensor([0] * 1000 + [1] * 100 + [2] * 10)
CROP = make("transform", "RandomCrop", size=[2, 2], padding=2)


def weighted(**arguments: Any) -> Component:
    return make("sampler", "WeightedRandomSampler", **arguments)


def data(sampler: Component, labels: Tensor = LABELS, **more: Any) -> Data:
    images = torch.arange(len(labels)).view(-1, 1, 1, 1).expand(-1, 1, 2, 2).float().contiguous()
    batching = Batching(batch_size=10, sampler=sampler, **more)
    return Data(
        {"train": Split("train", images, labels)}, classes=("a", "b", "c"), batching=batching
    )


@pytest.mark.parametrize("replacement", [True, False])
def test_it_draws_what_pytorchs_sampler_draws(replacement: bool) -> None:
    weights, samples = [1.0, 2.0, 5.0], 300
    sampler = weighted(weights=weights, num_samples=samples, replacement=replacement)
    per_image = torch.tensor(weights)[LABELS]
    source = generator("order", 7, 3)
    theirs = list(WeightedRandomSampler(per_image, samples, replacement, generator=source))
    assert sampled(sampler, LABELS, seed=7, epoch=3).tolist() == theirs


def test_weights_of_classes_without_images_are_reported() -> None:
    sampler = weighted(weights=[0.0, 0.0, 1.0])
    with pytest.raises(RunError, match="the sampler takes no image"):
        sampled(sampler, torch.tensor([0, 1, 1]), seed=0, epoch=0)


def test_balanced_draws_every_class_as_often() -> None:
    found = LABELS[sampled(weighted(), LABELS, seed=0, epoch=0)]
    counts = Counter(found.tolist())
    assert len(found) == len(LABELS)
    for class_ in range(3):
        # Three standard deviations of 1110 draws with a third each.
        assert abs(counts[class_] - 370) < 3 * 15.7


def test_a_class_without_images_is_no_obstacle() -> None:
    found = sampled(weighted(), torch.tensor([0, 0, 2]), seed=0, epoch=0)
    assert set(found.tolist()) <= {0, 1, 2}


def test_an_epoch_is_as_long_as_the_sampler_says() -> None:
    made = data(weighted(num_samples=25))
    assert (made.images_per_epoch(), made.batches_per_epoch()) == (25, 3)
    sizes = [len(labels) for _, labels in made.batches("train", training=Epoch())]
    assert sizes == [10, 10, 5]
    assert data(weighted(num_samples=25), drop_last=True).batches_per_epoch() == 2
    assert len(list(made.batches("train"))) == len(LABELS) / 10


def test_epochs_differ_and_the_same_epoch_is_the_same() -> None:
    made = data(weighted())
    first, again, other = (
        torch.cat([labels for _, labels in made.batches("train", training=Epoch(number, 1))])
        for number in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_later_batch_is_made_without_those_before_it() -> None:
    made = data(make("sampler", "RepeatAugSampler"), transforms=[CROP])
    whole = list(made.batches("train", training=Epoch(0, 5)))
    rest = list(made.batches("train", training=Epoch(0, 5, skip=40)))
    for (images, labels), (expected, its_labels) in zip(rest, whole[40:], strict=True):
        assert torch.equal(images, expected)
        assert torch.equal(labels, its_labels)


def test_repeats_are_neighbours_and_augmented_differently() -> None:
    repeats = make("sampler", "RepeatAugSampler", num_repeats=4)
    found = sampled(repeats, LABELS, seed=0, epoch=0)
    assert len(found) == len(LABELS)
    groups = [set(found[start : start + 4].tolist()) for start in range(0, 1108, 4)]
    assert {len(group) for group in groups} == {1}
    assert len(set(found.tolist())) == -(-len(LABELS) // 4)
    ones = torch.ones(40, 1, 4, 4)
    crop = make("transform", "RandomCrop", size=[4, 4], padding=4)
    split = Split("train", ones, torch.zeros(40, dtype=torch.int64))
    batching = Batching(transforms=[crop], batch_size=40, sampler=repeats)
    made = Data({"train": split}, classes=("a",), batching=batching)
    ((images, _),) = made.batches("train", training=Epoch())
    first_four = [images[index].sum().item() for index in range(4)]
    assert len(set(first_four)) > 1
