from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.shapes import draw_shapes


def test_shapes_are_a_pure_function_of_the_seed(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make("dataset", "Shapes", train=300, test=60)
    one = draw_shapes(dataset, replace(context, seed=5))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    same = draw_shapes(dataset, replace(context, seed=5))
    other = draw_shapes(dataset, replace(context, seed=6))
    for split in ("train", "test"):
        assert torch.equal(one.by_name[split].images, same.by_name[split].images)
        assert torch.equal(one.by_name[split].labels, same.by_name[split].labels)
    assert not torch.equal(one.by_name["train"].images, other.by_name["train"].images)
    assert not torch.equal(one.by_name["train"].images[:60], one.by_name["test"].images)


def test_shapes_have_every_class_equally_often(context: Context) -> None:
    read = draw_shapes(make("dataset", "Shapes", train=107, test=40), context)
    counts = read.by_name["train"].per_class(10)
    assert set(counts) == {10, 11}
    assert read.by_name["test"].per_class(10) == [4] * 10


@pytest.mark.parametrize("shape", [[1, 8, 8], [3, 8, 20], [1, 28, 28], [3, 64, 48]])
def test_shapes_take_any_image_shape(context: Context, shape: list[int]) -> None:
    dataset = make("dataset", "Shapes", image_shape=shape, num_classes=100, train=100, test=100)
    read = draw_shapes(dataset, context)
    images = read.by_name["train"].images
    assert images.shape == (100, *shape)
    assert images.dtype == torch.uint8
    assert len(set(read.classes)) == 100
    assert images.float().flatten(1).std(1).min() > 1
