from __future__ import annotations

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.errors import RunError
from cifar_pipe.training.evaluation.views import Views

IMAGES = torch.rand(5, 1, 1, 3)
FLIP = make("transform", "RandomHorizontalFlip", p=1.0)


def test_the_mean_of_probabilities_is_what_softmax_makes_of_the_outputs() -> None:
    views = Views([[], [FLIP]], are_probabilities=False)
    outputs = views.outputs(10 * IMAGES, lambda images: images.flatten(1))
    logits = 10 * IMAGES.flatten(1)
    mean = (logits.softmax(1) + logits.flip(1).softmax(1)) / 2
    torch.testing.assert_close(outputs.exp(), mean)
    torch.testing.assert_close(outputs.softmax(1), mean)


def test_probabilities_are_averaged_as_they_are() -> None:
    views = Views([[], [FLIP]], are_probabilities=True)
    outputs = views.outputs(IMAGES, lambda images: images.flatten(1))
    torch.testing.assert_close(outputs, (IMAGES + IMAGES.flip(-1)).flatten(1) / 2)


def test_without_views_the_outputs_are_the_networks() -> None:
    outputs = Views([], are_probabilities=False).outputs(IMAGES, lambda images: images.flatten(1))
    assert torch.equal(outputs, IMAGES.flatten(1))


def test_a_transform_that_goes_image_by_image_is_a_view_too() -> None:
    blur = make("transform", "GaussianBlur", kernel_size=[1, 3], sigma=[1.0, 1.0])
    images = torch.rand(2, 3, 8, 8)
    seen: list[torch.Tensor] = []

    def network(view: torch.Tensor) -> torch.Tensor:
        seen.append(view)
        return view.flatten(1)

    Views([[blur]], are_probabilities=True).outputs(images, network)
    assert seen[0].shape == images.shape
    assert not torch.equal(seen[0], images)


def test_a_view_keeps_the_size() -> None:
    views = Views([[make("transform", "CenterCrop", size=1)]], are_probabilities=False)
    with pytest.raises(RunError, match="another size"):
        views.outputs(IMAGES, lambda images: images.flatten(1))
