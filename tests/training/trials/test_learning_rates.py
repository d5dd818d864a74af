"""The learning-rate range test, against the loop that one writes by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Epoch
from cifar_pipe.errors import RunError
from cifar_pipe.training.trials.learning_rates import (
    Point,
    RangeTest,
    range_test,
    rates,
    smoothing_of,
)
from tests.kit import RecordedEvents, random_data, small

CROSS_ENTROPY = make("loss", "CrossEntropyLoss")
SGD = make("optimizer", "SGD", lr=0.5, momentum=0.9)


@dataclass(frozen=True)
class Settings:
    loss: Component = CROSS_ENTROPY
    optimizer: Component = SGD
    trainable: list[str] | None = None
    accumulate: int = 1
    clip_grad_norm: float | None = None
    clip_grad_value: float | None = None
    start_lr: float = 1e-3
    end_lr: float = 1.0
    steps: int = 25
    smoothing: float | None = 0.8
    early_stop_threshold: float | None = None


def test_the_rates_grow_by_one_factor() -> None:
    found = rates(Settings(start_lr=1e-4, end_lr=1.0, steps=5))
    assert found == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1.0])


def test_losses_are_those_of_a_plain_loop(context: Context) -> None:
    """Of 40 images in batches of 4, 25 steps take two epochs and a half."""
    network, data = small(), random_data()
    test = range_test(network, data, Settings(), context)
    theirs = small()
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.5, momentum=0.9, fused=True)
    losses, smoothed, average = [], [], 0.0
    for step in range(25):
        if step % 10 == 0:
            batches = data.batches("train", training=Epoch(step // 10, context.seed))
        images, labels = next(batches)
        optimizer.param_groups[0]["lr"] = 1e-3 * (1.0 / 1e-3) ** (step / 24)
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(theirs(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        average = 0.8 * average + 0.2 * loss.item()
        smoothed.append(average / (1 - 0.8 ** (step + 1)))
    assert [point.loss for point in test.points] == losses
    assert [point.smoothed for point in test.points] == pytest.approx(smoothed, rel=1e-12)
    assert [point.lr for point in test.points] == rates(Settings())


def test_accumulated_and_clipped_steps_are_those_of_a_plain_loop(context: Context) -> None:
    settings = Settings(accumulate=2, clip_grad_norm=0.1, steps=10)
    data = random_data()
    test = range_test(small(), data, settings, context)
    theirs = small()
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.5, momentum=0.9, fused=True)
    losses = []
    for step, rate in enumerate(rates(settings)):
        if step % 5 == 0:
            batches = data.batches("train", training=Epoch(step // 5, context.seed))
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        halves = []
        for _ in range(2):
            images, labels = next(batches)
            loss = nn.CrossEntropyLoss()(theirs(images), labels) * 0.5
            loss.backward()
            halves.append(loss.item())
        clip_grad_norm_(theirs.parameters(), 0.1)
        optimizer.step()
        losses.append(sum(halves))
    assert [point.loss for point in test.points] == losses


def test_groups_keep_their_ratio_to_the_optimizers_rate(context: Context) -> None:
    groups = [{"parameters": "biases", "lr": 0.05}]
    optimizer = make("optimizer", "SGD", lr=0.5, groups=groups)
    data, settings = random_data(), Settings(optimizer=optimizer, steps=10)
    test = range_test(small(), data, settings, context)
    theirs = small()
    by_hand = torch.optim.SGD([{"params": [theirs.fc.weight]}, {"params": [theirs.fc.bias]}])
    losses = []
    batches = data.batches("train", training=Epoch(0, context.seed))
    for rate, (images, labels) in zip(rates(settings), batches, strict=True):
        by_hand.param_groups[0]["lr"], by_hand.param_groups[1]["lr"] = rate, rate / 10
        by_hand.zero_grad()
        loss = nn.CrossEntropyLoss()(theirs(images), labels)
        loss.backward()
        by_hand.step()
        losses.append(loss.item())
    assert [point.loss for point in test.points] == pytest.approx(losses, rel=1e-6)


def test_nothing_that_is_given_changes(context: Context) -> None:
    network = small()
    before, state = {k: v.clone() for k, v in network.state_dict().items()}, torch.get_rng_state()
    range_test(network, random_data(), Settings(), context)
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(one.grad is None for one in network.parameters())


def test_only_the_parameters_of_the_training_change(context: Context) -> None:
    data, settings = random_data(), Settings(trainable=["fc.bias"], steps=10)
    test = range_test(small(), data, settings, context)
    theirs = small()
    by_hand = torch.optim.SGD([theirs.fc.bias], lr=0.5, momentum=0.9, fused=True)
    losses = []
    batches = data.batches("train", training=Epoch(0, context.seed))
    for rate, (images, labels) in zip(rates(settings), batches, strict=True):
        by_hand.param_groups[0]["lr"] = rate
        by_hand.zero_grad()
        loss = nn.CrossEntropyLoss()(theirs(images), labels)
        loss.backward()
        by_hand.step()
        losses.append(loss.item())
    assert [point.loss for point in test.points] == losses


def test_a_summed_loss_is_told_per_image(context: Context) -> None:
    loss = make("loss", "CrossEntropyLoss", reduction="sum")
    summed = range_test(small(), random_data(), Settings(loss=loss, start_lr=1e-9), context)
    mean = range_test(small(), random_data(), Settings(start_lr=1e-9), context)
    assert summed.points[0].loss == pytest.approx(mean.points[0].loss)


def test_it_ends_when_the_loss_explodes(context: Context, events: RecordedEvents) -> None:
    settings = Settings(end_lr=1e4, steps=100, smoothing=None, early_stop_threshold=4.0)
    test = range_test(small(), random_data(), settings, context)
    assert test.stopped == "the loss is more than 4 times its lowest"
    assert len(test.points) < 100
    lowest = min(point.smoothed for point in test.points)
    assert test.points[-1].smoothed > 4 * lowest >= test.points[-2].smoothed
    assert events.bars[0].closed


def test_it_ends_when_the_loss_is_no_number(context: Context) -> None:
    settings = Settings(start_lr=1e30, end_lr=1e38, loss=make("loss", "MSELoss"))
    test = range_test(small(), random_data(), settings, context)
    assert test.stopped is not None
    assert test.stopped.startswith("the loss became ")
    assert all(math.isfinite(point.loss) for point in test.points)


def test_without_a_whole_batch_it_says_so(context: Context) -> None:
    data = random_data(train=3, batch_size=4, drop_last=True)
    with pytest.raises(RunError, match="there is no batch of 4 images"):
        range_test(small(), data, Settings(), context)


def test_the_smoothing_follows_from_the_steps() -> None:
    assert smoothing_of(replace(Settings(), smoothing=None, steps=1000)) == 0.98
    assert smoothing_of(replace(Settings(), smoothing=None, steps=10)) == 0.0
    assert smoothing_of(replace(Settings(), smoothing=0.5)) == 0.5


def curve(*losses: float) -> RangeTest:
    """A loss without noise, at the rates 1, 10, 100 …"""
    return RangeTest([Point(10.0**at, loss, loss) for at, loss in enumerate(losses)], 0.0)


def test_what_is_suggested_is_a_tenth_of_the_lowest_rate() -> None:
    found = curve(*[2.0] * 10, 1.9, 1.8, 1.2, 1.1, 3.0).suggestion
    assert found is not None
    assert (found.lowest.lr, found.lr) == (1e13, 1e12)


def test_the_steepest_fall_is_between_the_two_rates() -> None:
    found = curve(*[2.0] * 10, 1.9, 1.8, 1.2, 1.1, 3.0).suggestion
    assert found is not None
    assert found.steepest == pytest.approx(math.sqrt(1e11 * 1e12))


@pytest.mark.parametrize("losses", [[2.0] * 20, [2.0] * 10 + [2.5] * 10, [2.0]])
def test_a_loss_that_does_not_fall_suggests_nothing(losses: list[float]) -> None:
    assert curve(*losses).suggestion is None


def noisy(fall: float) -> RangeTest:
    losses: list[Any] = [2.0 + 0.1 * (-1) ** at for at in range(20)] + [2.0 - fall] * 180
    return RangeTest([Point(1.0 + at, loss, loss) for at, loss in enumerate(losses)], 0.0)


def test_a_fall_within_the_noise_suggests_nothing() -> None:
    assert noisy(0.0).noise == pytest.approx(0.1)
    assert noisy(0.29).suggestion is None
    assert noisy(0.31).suggestion is not None
