from __future__ import annotations

from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train
from tests.kit import RecordedEvents, random_data, small


def by_hand(steps: int) -> list[list[float]]:
    """The rates that PyTorch's own scheduler gives to the two groups, step by step."""
    weight, bias = (torch.nn.Parameter(torch.zeros(1)) for _ in range(2))
    groups: list[dict[str, Any]] = [{"params": [weight]}, {"params": [bias], "lr": 0.2}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    rates = []
    for _ in range(steps):
        rates.append([float(group["lr"]) for group in optimizer.param_groups])
        optimizer.step()
        schedule.step()
    return rates


@pytest.mark.parametrize("per", ["step", "epoch"])
def test_it_records_what_each_step_or_the_last_of_an_epoch_was_made_with(
    per: str, context: Context, events: RecordedEvents
) -> None:
    group = {"parameters": "biases", "lr": 0.2}
    spec = Train(
        epochs=2,
        loss=make("loss", "CrossEntropyLoss"),
        optimizer=make("optimizer", "SGD", lr=0.1, groups=[group]),
        scheduler=make("scheduler", "ExponentialLR", gamma=0.5, per="step"),
        callbacks=[make("callback", "LearningRateLog", per=per)],
    )
    train(TrainingJob(small(), random_data(train=12), spec, context))
    found = [row for row in events.rows if "learning_rates" in row]
    steps = range(1, 7) if per == "step" else (3, 6)
    assert [row["step"] for row in found] == [*steps]
    assert [row["epoch"] for row in found] == [1 + (step > 3) for step in steps]
    expected = by_hand(6)
    for row, step in zip(found, steps, strict=True):
        # Which of the groups is the first is the optimizer's own order.
        assert sorted(row["learning_rates"]) == sorted(expected[step - 1])
