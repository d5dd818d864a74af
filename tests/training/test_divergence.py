"""What is known of a loss that is not finite, in words."""

from __future__ import annotations

import math

import torch

from cifar_pipe.model.network import build
from cifar_pipe.training.divergence import NotFinite, Position, first_not_finite
from tests.kit import layer, small

POSITION = Position("train", step=250, epoch=3, lr=0.1)


def test_a_loss_is_reported_with_its_step_and_a_smaller_learning_rate() -> None:
    error = POSITION.diverged(NotFinite(math.inf), cause=None)
    assert error.message == "the loss is infinite at step 250 (epoch 3), with learning rate 0.1"
    assert error.help == ("try a smaller learning rate: -S train.optimizer.lr=0.01",)


def test_of_losses_that_are_read_in_groups_the_steps_are_reported() -> None:
    error = POSITION.diverged(NotFinite(math.nan, steps=100), cause=None)
    assert error.message.startswith("the loss became NaN or infinite between steps 151 and 250 ")


def test_the_cause_comes_last() -> None:
    error = POSITION.diverged(NotFinite(math.nan), cause="the images themselves are not finite")
    assert error.message.startswith("the loss is NaN at step 250 ")
    assert error.message.endswith("; the images themselves are not finite")


def test_the_first_layer_whose_output_is_not_finite_is_the_cause() -> None:
    layers = [layer("Flatten"), layer("Linear", out_features=3, id="fc"), layer("ReLU")]
    network = build(layers, (1, 2, 5), seed=0)
    images = torch.ones(2, 1, 2, 5)
    assert first_not_finite(network, images) is None
    network.fc.weight.data[0] = math.nan
    assert first_not_finite(network, images) == ("the first layer whose output is not finite is fc")


def test_images_that_are_not_finite_are_the_cause() -> None:
    images = torch.full((2, 1, 2, 5), math.nan)
    assert first_not_finite(small(), images) == "the images themselves are not finite"
