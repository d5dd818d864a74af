"""The digest of data changes with what a network sees of it, and with nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

import pytest
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.data import digest
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.digest import data_digest
from cifar_pipe.data.kept_images import digests
from cifar_pipe.data.store import Split
from cifar_pipe.data.stored_images import Chosen
from cifar_pipe.stages.load_data.spec import SplitTransforms
from tests.kit import random_split

CLASSES = ("cat", "dog", "frog")
TRAIN = random_split("train", 20, (3, 4, 6), 3, seed=0)
TEST = random_split("test", 10, (3, 4, 6), 3, seed=1)


def transforms(*written: str | dict[str, Any]) -> list[Component]:
    shown = [{"type": one} if isinstance(one, str) else dict(one) for one in written]
    return [make("transform", one.pop("type"), **one) for one in shown]


PLAIN = transforms("ToTensor")
IN_FOURS = Batching(PLAIN, 4)


def data(
    *splits: Split,
    classes: Sequence[str] = CLASSES,
    batching: Batching = IN_FOURS,
    **more: Any,
) -> Data:
    by_name = {one.name: one for one in splits or (TRAIN, TEST)}
    return Data(by_name, classes=classes, batching=batching, **more)


def changed(split: Split, *place: int, of: str = "images") -> Split:
    """With the lowest bit of one number changed."""
    values = getattr(split, of).clone()
    values[place] = values[place].item() ^ 1
    return replace(split, **{of: values})


def in_order(split: Split, order: Sequence[int]) -> Split:
    return split.subset(torch.tensor(order), name=split.name)


def with_images(images: Tensor | list[Tensor]) -> Data:
    return data(replace(TRAIN, images=images))


CONTENTS = {
    "as it is": data(),
    "the first bit of the training images": data(changed(TRAIN, 0, 0, 0, 0), TEST),
    "the last bit of the training images": data(changed(TRAIN, 19, 2, 3, 5), TEST),
    "the last bit of the test images": data(TRAIN, changed(TEST, 9, 2, 3, 5)),
    "a training label": data(changed(TRAIN, 19, of="labels"), TEST),
    "a test label": data(TRAIN, changed(TEST, 0, of="labels")),
    "the order of the images": data(in_order(TRAIN, range(19, -1, -1)), TEST),
    "an image less": data(in_order(TRAIN, range(19)), TEST),
    "no test split": data(TRAIN),
    "an image that moves to the other split": data(
        in_order(TRAIN, range(19)),
        replace(
            TEST,
            images=torch.cat([TRAIN.images[19:], TEST.images]),
            labels=torch.cat([TRAIN.labels[19:], TEST.labels]),
        ),
    ),
    "another name of a split": data(TRAIN, replace(TEST, name="val")),
    "the splits exchanged": data(replace(TEST, name="train"), replace(TRAIN, name="test")),
    "a class's name": data(classes=("cat", "dog", "toad")),
    "the order of the classes": data(classes=("dog", "cat", "frog")),
    "a class more": data(classes=(*CLASSES, "toad")),
    "a class's name cut in two": data(classes=("cat", "do", "gfrog")),
    "another shape, the same bytes": data(
        replace(TRAIN, images=TRAIN.images.view(20, 3, 6, 4)), TEST
    ),
    "labels of another kind": data(replace(TRAIN, labels=TRAIN.labels.to(torch.float32)), TEST),
    "labels of another kind, the same bytes": data(
        replace(TRAIN, labels=TRAIN.labels.view(torch.float64)), TEST
    ),
    "images of floats": data(replace(TRAIN, images=TRAIN.images.to(torch.float32)), TEST),
    "a transform already done": data(
        batching=Batching(transforms({"type": "Resize", "size": [4, 6]}, "ToTensor"), 4),
        baked={"train": 1, "test": 1},
    ),
    "the same transform not done": data(
        batching=Batching(transforms({"type": "Resize", "size": [4, 6]}, "ToTensor"), 4)
    ),
}

NORMALIZE = {"type": "Normalize", "mean": [0.5], "std": [0.5]}
FLIP = {"type": "RandomHorizontalFlip", "p": 0.25}
SAMPLER = make("sampler", "WeightedRandomSampler")
BATCHING = {
    "as it is": Batching(PLAIN, 4),
    "batch size": Batching(PLAIN, 5),
    "shuffle": Batching(PLAIN, 4, shuffle=False),
    "drop last": Batching(PLAIN, 4, drop_last=True),
    "shuffle and drop last": Batching(PLAIN, 4, shuffle=False, drop_last=True),
    "sampler": Batching(PLAIN, 4, sampler=SAMPLER),
    "sampler's argument": Batching(
        PLAIN, 4, sampler=make("sampler", "WeightedRandomSampler", num_samples=5)
    ),
    "another sampler": Batching(PLAIN, 4, sampler=make("sampler", "RepeatAugSampler")),
    "transform": Batching(transforms("ToTensor", NORMALIZE), 4),
    "transform's argument": Batching(transforms("ToTensor", {**NORMALIZE, "mean": [0.25]}), 4),
    "random transform": Batching(transforms(FLIP, "ToTensor"), 4),
    "order of transforms": Batching(transforms("ToTensor", FLIP), 4),
    "mixer": Batching(transforms("ToTensor", "MixUp"), 4),
    "mixer's argument": Batching(transforms("ToTensor", {"type": "MixUp", "alpha": 0.5}), 4),
    "transforms of the training": Batching(
        SplitTransforms(train=transforms(FLIP, "ToTensor"), test=PLAIN), 4
    ),
    "transforms of the test": Batching(
        SplitTransforms(train=PLAIN, test=transforms(FLIP, "ToTensor")), 4
    ),
    "transforms of both": Batching(
        SplitTransforms(train=transforms(FLIP, "ToTensor"), test=transforms(FLIP, "ToTensor")), 4
    ),
}


def alike(digests: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs that have one digest."""
    return [pair for pair in combinations(digests, 2) if digests[pair[0]] == digests[pair[1]]]


def test_data_that_differs_has_another_digest() -> None:
    assert alike({name: data_digest(one) for name, one in CONTENTS.items()}) == []


def test_other_batches_have_another_digest() -> None:
    made = {name: data(batching=batching) for name, batching in BATCHING.items()}
    assert alike({name: data_digest(one) for name, one in made.items()}) == []


EQUAL = {
    "made again": data(
        *(
            replace(one, images=one.images.clone(), labels=one.labels.clone())
            for one in (TRAIN, TEST)
        )
    ),
    "the names of files": data(replace(TRAIN, files=("a.png",) * 20), TEST),
    "where it is from": data(source={"dataset": "CIFAR10", "stand_in": False}),
    "channels last in memory": data(
        replace(TRAIN, images=TRAIN.images.to(memory_format=torch.channels_last)), TEST
    ),
    "the rest of a larger tensor": data(
        replace(TRAIN, images=torch.cat([TEST.images, TRAIN.images])[10:]), TEST
    ),
    "every other of a larger tensor": data(
        replace(
            TRAIN,
            images=TRAIN.images.repeat_interleave(2, dim=0)[::2],
            labels=TRAIN.labels.repeat_interleave(2)[::2],
        ),
        TEST,
    ),
    "transforms made again": data(batching=Batching(transforms("ToTensor"), 4)),
    "a list and a tuple of classes": data(classes=list(CLASSES)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_no_network_sees_does_not_count(name: str) -> None:
    assert data_digest(EQUAL[name]) == data_digest(data())


def test_the_order_in_which_arguments_are_written_does_not_count() -> None:
    written = [{"mean": [0.5], "std": [0.25]}, {"std": [0.25], "mean": [0.5]}]
    lists = [transforms("ToTensor", {"type": "Normalize", **one}) for one in written]
    first, second = (data_digest(data(batching=Batching(one, 4))) for one in lists)
    assert first == second


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks, and a last one that is not full: the training images are 1,440 bytes."""
    monkeypatch.setattr(digests, "CHUNK", 100)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("threads", [1, 2, 16])
def test_it_does_not_depend_on_the_number_of_threads(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = data_digest(data())
    monkeypatch.setattr(digest, "ThreadPoolExecutor", partial(ThreadPoolExecutor, threads))
    assert [data_digest(data()) for _ in range(20)] == [expected] * 20


@pytest.mark.usefixtures("small_chunks")
def test_every_byte_counts_wherever_it_is_cut() -> None:
    flat = torch.arange(240, dtype=torch.uint8)
    found = {data_digest(with_images(flat.view(20, 1, 3, 4)))}
    for place in range(len(flat)):
        other = flat.clone()
        other[place] ^= 1
        found.add(data_digest(with_images(other.view(20, 1, 3, 4))))
    assert len(found) == len(flat) + 1


@pytest.mark.usefixtures("small_chunks")
def test_the_order_of_the_chunks_counts() -> None:
    flat = torch.arange(240, dtype=torch.uint8).repeat(6)
    exchanged = torch.cat([flat[100:200], flat[:100], flat[200:]])
    first, second = (data_digest(with_images(one.view(20, 3, 4, 6))) for one in (flat, exchanged))
    assert first != second


@pytest.fixture
def of_varying_size() -> list[Tensor]:
    """20 images, `[1, 2, 3]` and `[1, 4, 3]` in turn; no two hold the same numbers."""
    numbers = iter(range(180))
    heights = [2, 4] * 10
    return [
        torch.tensor([next(numbers) for _ in range(height * 3)], dtype=torch.uint8).view(1, -1, 3)
        for height in heights
    ]


TO_ONE_SIZE = Batching(transforms({"type": "Resize", "size": [2, 2]}, "ToTensor"), 4)


def digest_of(images: Tensor | list[Tensor]) -> str:
    return data_digest(data(replace(TRAIN, images=images), batching=TO_ONE_SIZE))


@pytest.mark.parametrize("chunk", [5, 1 << 22])
def test_of_images_of_varying_size_numbers_order_and_sizes_count(
    chunk: int, of_varying_size: list[Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "CHUNK", chunk)
    first, second, *rest = of_varying_size
    other = [first, second.clone(), *rest]
    other[1][0, 3, 2] ^= 1
    # The first row of the second image moves to the end of the first.
    rows = torch.cat([first, second], dim=1)
    lists = {
        "as it is": of_varying_size,
        "a number": other,
        "the order": [second, first, *rest],
        "where one ends": [rows[:, :3], rows[:, 3:], *rest],
        "the shape of one": [first.view(1, 3, 2), second, *rest],
    }
    assert alike({name: digest_of(images) for name, images in lists.items()}) == []
    again = [image.clone() for image in of_varying_size]
    assert digest_of(again) == digest_of(of_varying_size)


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64])
def test_targets_that_are_numbers_and_images_of_floats_can_be_taken(dtype: torch.dtype) -> None:
    images = torch.linspace(-1, 1, 20 * 12).view(20, 3, 2, 2)
    targets = torch.arange(40).view(20, 2).to(dtype)
    made = [Split("train", images, one) for one in (targets, targets.flip(0))]
    digests = [data_digest(data(one, classes=(), batching=Batching((), 4))) for one in made]
    assert digests[0] != digests[1]


def test_where_images_are_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "CHUNK", 50)
    monkeypatch.setattr(digest, "_MOST_AT_ONCE", 100)
    labels = torch.zeros(9, dtype=torch.int64)
    whole = torch.arange(9 * 27).to(torch.uint8).view(9, 3, 3, 3)
    varying = [*whole[:8], whole[8, :, :2]]
    for images in (whole, varying):
        stored = Chosen(images, torch.arange(9))
        one, other = (Data({"train": Split("train", one, labels)}) for one in (images, stored))
        assert data_digest(one) == data_digest(other)
