from __future__ import annotations

import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.random import draw_random


def test_random_images_are_floats_of_the_declared_distribution(context: Context) -> None:
    uniform = draw_random(make("dataset", "Random"), context).by_name["train"]
    assert uniform.images.dtype == torch.float32
    assert 0 <= uniform.images.min() < 0.01
    assert 0.99 < uniform.images.max() < 1
    assert uniform.labels.unique().tolist() == list(range(10))
    normal = draw_random(make("dataset", "Random", distribution="normal"), context).by_name["train"]
    assert normal.images.mean().abs() < 0.01
    assert (normal.images.std() - 1).abs() < 0.01
    again = draw_random(make("dataset", "Random"), context).by_name["train"]
    assert torch.equal(uniform.images, again.images)


def test_random_targets_may_be_numbers(context: Context) -> None:
    read = draw_random(make("dataset", "Random", target_shape=[2, 3]), context)
    assert read.classes == ()
    assert read.by_name["train"].labels.shape == (1000, 2, 3)
    assert read.by_name["train"].labels.dtype == torch.float32
