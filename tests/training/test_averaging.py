"""Averages of the weights, against the recipes of torch.optim.swa_utils and their formulas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD
from torch.optim.lr_scheduler import StepLR
from torch.optim.swa_utils import SWALR, AveragedModel, get_ema_multi_avg_fn, update_bn

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.averaging import EMA
from cifar_pipe.training.job import History, TrainingJob
from cifar_pipe.training.loop import train
from cifar_pipe.training.threads import Threads, using
from tests.kit import RecordedEvents, layer, random_data

RATE = 0.05


def with_batch_norm() -> Network:
    layers = [
        layer("Conv2d", out_channels=3, kernel_size=1),
        layer("BatchNorm2d"),
        layer("Flatten"),
        layer("Linear", out_features=3),
    ]
    return build(layers, (1, 2, 5), seed=0)


def trained(network: Network, data: Data, context: Context, **more: Any) -> History:
    loss = make("loss", "CrossEntropyLoss")
    spec = Train(loss=loss, optimizer=make("optimizer", "SGD", lr=RATE), **more)
    return train(TrainingJob(network, data, spec, context))


def assert_equal(ours: nn.Module, theirs: nn.Module) -> None:
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def step(network: nn.Module, optimizer: SGD, images: torch.Tensor, labels: torch.Tensor) -> None:
    optimizer.zero_grad()
    nn.CrossEntropyLoss()(network(images), labels).backward()
    optimizer.step()


def test_ema_of_whole_numbers_is_that_of_pytorch() -> None:
    """The batches that layers have counted, masks and tables: to the bit."""
    network = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm2d(3))
    network.register_buffer("mask", torch.tensor([[True, False], [True, True]]))
    network.register_buffer("table", torch.arange(6, dtype=torch.int32).view(2, 3).t())
    averaging = EMA(cast("Network", network), 0.97)
    average = get_ema_multi_avg_fn(0.97)  # type: ignore[no-untyped-call]
    expected = AveragedModel(network, multi_avg_fn=average, use_buffers=True)
    for number in range(1, 200):
        for module in network.children():
            cast("Tensor", module.num_batches_tracked).add_(number % 3)
        averaging.after_step(number)
        expected.update_parameters(network)
    found = averaging.evaluated.state_dict()
    for name, value in expected.module.state_dict().items():
        assert found[name].dtype == value.dtype
        assert torch.equal(found[name], value), name


@pytest.mark.parametrize("every", [1, 3])
def test_ema_follows_its_formula(every: int, context: Context) -> None:
    """Parameters and the statistics of batch norms alike; the first update is a copy."""
    data, ours, theirs = random_data(train=40), with_batch_norm(), with_batch_norm()
    averaging = make("averaging", "EMA", decay=0.9, every=every)
    history = trained(ours, data, context, epochs=2, averaging=averaging)
    optimizer, average = SGD(theirs.parameters(), lr=RATE, fused=True), None
    theirs.train()
    with using(Threads(1, onednn=False)):
        for number in range(20):
            batches = list(data.batches("train", training=Epoch(number // 10, context.seed)))
            step(theirs, optimizer, *batches[number % 10])
            if (number + 1) % every:
                continue
            now = {name: one.double() for name, one in theirs.state_dict().items()}
            if average is None:
                average = now
            average = {name: 0.9 * average[name] + 0.1 * one for name, one in now.items()}
    assert average is not None
    for name, value in ours.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value.double(), average[name], rtol=1e-5, atol=1e-6)
    assert history.weights == "the weights are a moving average (EMA, decay 0.9)"


def test_swa_is_the_recipe_of_pytorch(context: Context) -> None:
    data, ours, theirs = random_data(train=40), with_batch_norm(), with_batch_norm()
    averaging = make("averaging", "SWA", start=3, lr=0.01, anneal_epochs=2)
    scheduler = make("scheduler", "StepLR", step_size=1, gamma=0.5)
    more = {"averaging": averaging, "scheduler": scheduler, "log_every": 10}
    history = trained(ours, data, context, epochs=5, **more)
    optimizer = SGD(theirs.parameters(), lr=RATE, fused=True)
    falling, averaged = StepLR(optimizer, 1, gamma=0.5), AveragedModel(theirs)
    swa_rate = SWALR(optimizer, swa_lr=0.01, anneal_epochs=2)
    theirs.train()
    rates = []
    with using(Threads(1, onednn=False)):
        for epoch in range(5):
            rates.append(optimizer.param_groups[0]["lr"])
            for images, labels in data.batches("train", training=Epoch(epoch, context.seed)):
                step(theirs, optimizer, images, labels)
            if epoch + 1 >= 3:
                averaged.update_parameters(theirs)
                swa_rate.step()
            else:
                falling.step()
        update_bn(data.batches("train", training=Epoch(seed=context.seed)), averaged)
    assert [*{row["epoch"]: row["lr"] for row in history.rows}.values()] == rates
    assert_equal(ours, averaged.module)
    assert history.weights == "the weights are the mean of 3 epochs (SWA)"


def test_ema_is_what_is_measured_after_each_epoch(context: Context, events: RecordedEvents) -> None:
    """An average that keeps nearly all of the first weights barely moves, whatever the training."""
    data = random_data(train=40, val=30)
    averaging = make("averaging", "EMA", decay=0.999999)
    trained(with_batch_norm(), data, context, epochs=3, averaging=averaging)
    averaged = [row["val_loss"] for row in events.rows if "val_loss" in row]
    events.rows.clear()
    trained(with_batch_norm(), data, context, epochs=3)
    last = [row["val_loss"] for row in events.rows if "val_loss" in row]
    assert averaged == pytest.approx([averaged[0]] * 3, abs=1e-3)
    assert last[2] != pytest.approx(last[0], abs=1e-3)


def test_a_mean_that_never_began_leaves_the_last_weights(context: Context) -> None:
    data, ours, theirs = random_data(train=8), with_batch_norm(), with_batch_norm()
    averaging = make("averaging", "SWA", start=9)
    history = trained(ours, data, context, epochs=1, averaging=averaging)
    trained(theirs, data, context, epochs=1)
    assert_equal(ours, theirs)
    assert history.weights == "the weights are the last: epoch 9 was not reached (SWA)"


@pytest.mark.parametrize("name", ["EMA", "SWA"])
def test_the_average_of_half_weights_is_of_float32(name: str, context: Context) -> None:
    """0.999 times a bfloat16 is itself: an average in that format would stay where it began."""
    context = replace(context, precision="bfloat16-true")
    data, ours = random_data(train=40), with_batch_norm()
    arguments = {"decay": 0.999} if name == "EMA" else {"start": 1}
    averaging = make("averaging", name, **arguments)
    trained(ours, data, context, epochs=2, averaging=averaging)
    theirs = with_batch_norm().to(torch.bfloat16).train()
    optimizer = SGD(theirs.parameters(), lr=RATE, fused=True)
    taken = []
    with using(Threads(1, onednn=False)):
        for epoch in range(2):
            for images, labels in data.batches("train", training=Epoch(epoch, context.seed)):
                optimizer.zero_grad()
                outputs = theirs(images.to(torch.bfloat16))
                nn.CrossEntropyLoss()(outputs.float(), labels).backward()
                optimizer.step()
                if name == "EMA":
                    taken.append(theirs.get_parameter("linear_1.weight").detach().float())
            if name == "SWA":
                taken.append(theirs.get_parameter("linear_1.weight").detach().float())
    average = taken[0]
    for number, weight in enumerate(taken[1:], 1):
        share = 0.001 if name == "EMA" else 1 / (number + 1)
        average = average + share * (weight - average)
    found = ours.get_parameter("linear_1.weight")
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), average, rtol=2**-8, atol=1e-6)
