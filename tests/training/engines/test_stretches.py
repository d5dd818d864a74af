"""Steps that kernels take without a return to Python between them are those that they take one by one: to the bit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, RMSprop

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.store import Split
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import AnyBatch
from cifar_pipe.training.engines import stretches
from tests.kit import layer
from tests.training.engines.pairs import (
    CLASSES,
    PLAIN,
    OptimizerOf,
    Pair,
    conv,
    descent,
    network,
)

pytest.importorskip("numba")
SMALL = [conv(), layer("ReLU"), layer("MaxPool2d", kernel_size=2)]
DROPPED = [*SMALL, layer("Dropout", p=0.3), layer("Dropout2d", p=0.2)]
NORMALIZED = [conv(), layer("BatchNorm2d"), layer("ReLU")]
IMAGES = 50


def data_of(size: int, *, moved: bool = False) -> Data:
    source = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (IMAGES, 2, 7, 6), dtype=torch.uint8, generator=source)
    moves = [make("transform", "RandomCrop", size=[7, 6], padding=2)] if moved else []
    batching = Batching([*moves, make("transform", "ToTensor")], batch_size=size)
    split = Split("train", images, torch.arange(IMAGES) % CLASSES)
    return Data({"train": split}, classes=("plane", "car", "bird"), batching=batching)


def trained(
    layers: list[Component],
    context: Context,
    *,
    at_a_time: int,
    size: int = 4,
    moved: bool = False,
    **pair: Any,
) -> tuple[list[float], dict[str, Tensor], Any, set[int]]:
    """The losses, the weights and the optimizer's state after two epochs, and what `stretch` was on the way."""
    torch.manual_seed(7)
    both = Pair(network(layers), context, **pair)
    engine, data = both.engines[1], data_of(size, moved=moved)
    losses, wanted = [], set()
    for epoch in range(2):
        batches = ([one] for one in engine.batches(data, Epoch(epoch)))
        while taken := list(islice(batches, at_a_time)):
            losses += [float(one) for one in engine.steps(taken)]
            wanted.add(engine.stretch)
    engine.close()
    return losses, both.kernels.state_dict(), both.optimizers[1].state_dict()["state"], wanted


@pytest.mark.parametrize("layers", [SMALL, DROPPED, NORMALIZED], ids=["usual", "dropout", "norm"])
@pytest.mark.parametrize(
    "optimizer",
    [
        descent,
        lambda p: SGD([{"params": p[:1], "lr": 0.02}, {"params": p[1:]}], lr=0.01),
        lambda p: SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda p: Adam(p, lr=0.001, weight_decay=0.01),
        lambda p: AdamW(p, lr=0.001, betas=(0.8, 0.95)),
        lambda p: RMSprop(p, lr=0.001),
    ],
    ids=["momentum", "groups", "nesterov", "Adam", "AdamW", "RMSprop"],
)
def test_many_at_a_time_are_as_one_by_one(
    layers: list[Component], optimizer: OptimizerOf, context: Context
) -> None:
    one, many = (
        trained(layers, context, at_a_time=count, optimizer=optimizer)[:3] for count in (1, 5)
    )
    torch.testing.assert_close(many, one, rtol=0, atol=0)


@pytest.mark.parametrize(
    "more",
    [
        {"clip_grad_norm": 0.1},
        {"clip_grad_value": 0.01},
        {"loss": make("loss", "CrossEntropyLoss", label_smoothing=0.1)},
        {"loss": make("loss", "CrossEntropyLoss", reduction="sum")},
        {"loss": make("loss", "CrossEntropyLoss", weight=[1.0, 0.5, 2.0])},
        {"loss": make("loss", "CrossEntropyLoss", ignore_index=1)},
        {"loss": make("loss", "MultiMarginLoss")},
        {"moved": True},
        {"size": 1},
        {"size": 7, "threads": 2},
        {"size": 20, "threads": 2},
    ],
    ids=[
        *("clipped by norm", "clipped by value", "smoothed", "summed", "weighted", "ignored"),
        *("another loss", "moved", "one image", "7 images", "several chunks"),
    ],
)
def test_whatever_belongs_to_a_step(more: dict[str, Any], context: Context) -> None:
    one, many = (trained(SMALL, context, at_a_time=count, **more)[:3] for count in (1, 5))
    torch.testing.assert_close(many, one, rtol=0, atol=0)


def test_the_kernels_want_many_small_steps_at_a_time(context: Context) -> None:
    assert max(trained(SMALL, context, at_a_time=1)[3]) > 1


def test_they_want_one_at_a_time_where_steps_need_python(context: Context) -> None:
    weighted = make("loss", "CrossEntropyLoss", weight=[1.0, 0.5, 2.0])
    for more in ({"size": 20}, {"loss": weighted}, {"optimizer": lambda p: RMSprop(p, lr=0.001)}):
        assert trained(SMALL, context, at_a_time=5, **more)[3] == {1}


def test_no_stretch_takes_longer_than_a_fiftieth_of_a_second() -> None:
    pace = stretches.Pace()
    pace.took(10, 0.02)
    assert pace.steps == 10
    pace.took(10, 2.0)
    assert pace.steps == 1


def test_a_loss_that_is_not_finite_ends_a_stretch_before_it_changes_a_weight(
    context: Context,
) -> None:
    def diverging(parameters: Any) -> SGD:
        return SGD(parameters, lr=1e30)

    ends = []
    for count in (1, 10):
        pair = Pair(network(SMALL), context, optimizer=diverging, loss=PLAIN)
        engine = pair.engines[1]
        batches: Iterator[list[AnyBatch]] = ([one] for one in engine.batches(data_of(4), Epoch(0)))
        losses: list[Any] = []
        with pytest.raises(NotFinite) as error:
            losses.extend(
                loss
                for taken in iter(lambda: list(islice(batches, count)), [])  # noqa: B023
                for loss in engine.steps(taken)
            )
        assert not math.isfinite(error.value.loss)
        assert losses
        engine.close()
        ends.append((losses, pair.kernels.state_dict()))
    torch.testing.assert_close(*ends, rtol=0, atol=0, equal_nan=True)
