from __future__ import annotations

import sys
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.datasets.generated import generate
from cifar_pipe.data.reading import Reading
from cifar_pipe.errors import DataUnavailable


def test_shapes_are_a_pure_function_of_the_seed(
    events: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make("dataset", "Shapes", train=300, test=60)
    one = generate(dataset, Reading(5, events))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    same = generate(dataset, Reading(5, events))
    other = generate(dataset, Reading(6, events))
    for split in ("train", "test"):
        assert torch.equal(one.by_name[split].images, same.by_name[split].images)
        assert torch.equal(one.by_name[split].labels, same.by_name[split].labels)
    assert not torch.equal(one.by_name["train"].images, other.by_name["train"].images)
    assert not torch.equal(one.by_name["train"].images[:60], one.by_name["test"].images)


def test_shapes_have_every_class_equally_often(reading: Reading) -> None:
    read = generate(make("dataset", "Shapes", train=107, test=40), reading)
    counts = read.by_name["train"].per_class(10)
    assert set(counts) == {10, 11}
    assert read.by_name["test"].per_class(10) == [4] * 10


@pytest.mark.parametrize("shape", [[1, 8, 8], [3, 8, 20], [1, 28, 28], [3, 64, 48]])
def test_shapes_take_any_image_shape(reading: Reading, shape: list[int]) -> None:
    dataset = make("dataset", "Shapes", image_shape=shape, num_classes=100, train=100, test=100)
    read = generate(dataset, reading)
    images = read.by_name["train"].images
    assert images.shape == (100, *shape)
    assert images.dtype == torch.uint8
    assert len(set(read.classes)) == 100
    assert images.float().flatten(1).std(1).min() > 1


def test_random_images_are_floats_of_the_declared_distribution(reading: Reading) -> None:
    uniform = generate(make("dataset", "Random"), reading).by_name["train"]
    assert uniform.images.dtype == torch.float32
    assert 0 <= uniform.images.min() < 0.01
    assert 0.99 < uniform.images.max() < 1
    assert uniform.labels.unique().tolist() == list(range(10))
    normal = generate(make("dataset", "Random", distribution="normal"), reading).by_name["train"]
    assert normal.images.mean().abs() < 0.01
    assert (normal.images.std() - 1).abs() < 0.01
    again = generate(make("dataset", "Random"), reading).by_name["train"]
    assert torch.equal(uniform.images, again.images)


def test_random_targets_may_be_numbers(reading: Reading) -> None:
    read = generate(make("dataset", "Random", target_shape=[2, 3]), reading)
    assert read.classes == ()
    assert read.by_name["train"].labels.shape == (1000, 2, 3)
    assert read.by_name["train"].labels.dtype == torch.float32


def test_digits_use_the_whole_range_of_bytes(reading: Reading) -> None:
    pytest.importorskip("sklearn")
    read = generate(make("dataset", "Digits"), reading)
    train, test = read.by_name["train"], read.by_name["test"]
    assert train.images.shape == (1438, 1, 8, 8)
    assert len(test) == 359
    assert (train.images.min(), train.images.max()) == (0, 255)
    assert min(train.per_class(10)) > 120


def test_digits_without_scikit_learn_say_how_to_get_it(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(DataUnavailable, match="Digits needs scikit-learn") as raised:
        generate(make("dataset", "Digits"), reading)
    assert raised.value.help == ("pip install 'cifar-pipe[digits]'",)
