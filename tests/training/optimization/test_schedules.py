"""When schedulers step, and what they make of a training's length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import SGD, Optimizer, lr_scheduler

from cifar_pipe.catalog.core.component import make
from cifar_pipe.errors import RunError
from cifar_pipe.training.optimization.scheduler_steps import parts, period
from cifar_pipe.training.optimization.schedules import schedule
from cifar_pipe.training_length import Length

LENGTH = Length(steps=12, steps_per_epoch=3)


def sgd() -> Optimizer:
    return SGD([nn.Parameter(torch.ones(2))], lr=0.1, momentum=0.9)


def rates(component: Any, measured: Callable[[int], float] = float, **more: Any) -> list[float]:
    """The learning rate of each of the twelve steps."""
    optimizer, lrs = sgd(), []
    plan = schedule(component, optimizer, LENGTH, **more)
    for epoch in range(LENGTH.epochs):
        for _ in range(LENGTH.steps_per_epoch):
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            plan.after_step()
        plan.after_epoch({more.get("monitor", ""): measured(epoch)})
    return lrs


def by_hand(
    made: Callable[[Optimizer], lr_scheduler.LRScheduler], *, per_step: bool
) -> list[float]:
    optimizer, lrs = sgd(), []
    scheduler = made(optimizer)
    for step in range(1, LENGTH.steps + 1):
        lrs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if per_step or step % LENGTH.steps_per_epoch == 0:
            scheduler.step()
    return lrs


def test_a_warm_up_is_a_sequence_whose_last_part_takes_the_rest() -> None:
    component = make(
        "scheduler",
        "SequentialLR",
        schedulers=[{"type": "LinearLR", "total_iters": 4}, "CosineAnnealingLR"],
        milestones=[4],
        per="step",
    )
    theirs = by_hand(
        lambda optimizer: lr_scheduler.SequentialLR(
            optimizer,
            [
                lr_scheduler.LinearLR(optimizer, total_iters=4),
                lr_scheduler.CosineAnnealingLR(optimizer, T_max=8),
            ],
            [4],
        ),
        per_step=True,
    )
    assert rates(component) == theirs
    assert max(theirs) == pytest.approx(0.1)


def test_chained_schedulers_step_together() -> None:
    component = make(
        "scheduler",
        "ChainedScheduler",
        schedulers=[
            {"type": "ConstantLR", "total_iters": 2},
            {"type": "ExponentialLR", "gamma": 0.9},
        ],
    )
    theirs = by_hand(
        lambda optimizer: lr_scheduler.ChainedScheduler(
            [
                lr_scheduler.ConstantLR(optimizer, total_iters=2),
                lr_scheduler.ExponentialLR(optimizer, 0.9),
            ]
        ),
        per_step=False,
    )
    assert rates(component) == theirs


def test_on_a_plateau_the_learning_rate_falls() -> None:
    component = make("scheduler", "ReduceLROnPlateau", patience=0, factor=0.5)
    lrs = rates(component, measured=lambda epoch: 1.0 if epoch else 2.0, monitor="val_loss")
    assert lrs[::3] == [0.1, 0.1, 0.1, 0.05]
    assert rates(component, measured=float, monitor="val_accuracy") == [0.1] * 12


def test_without_a_monitor_there_is_nothing_to_wait_for() -> None:
    with pytest.raises(RunError, match="waits for a measured value") as raised:
        rates(make("scheduler", "ReduceLROnPlateau"))
    assert "monitor: val_loss" in raised.value.help[0]


def test_a_mode_against_the_monitor_is_refused() -> None:
    with pytest.raises(RunError, match="takes mode max for val_accuracy, not min"):
        rates(make("scheduler", "ReduceLROnPlateau", mode="min"), monitor="val_accuracy")


def test_a_plateau_is_seen_after_an_epoch_only() -> None:
    with pytest.raises(RunError, match="steps after each epoch"):
        period(make("scheduler", "ReduceLROnPlateau", per="step"))


@pytest.mark.parametrize(
    ("inner", "per"),
    [
        (["CosineAnnealingLR", "LinearLR"], "epoch"),
        ([{"type": "OneCycleLR", "max_lr": 1}, {"type": "LinearLR", "per": "step"}], "step"),
    ],
)
def test_schedulers_that_agree_say_when_all_step(inner: list[Any], per: str) -> None:
    component = make("scheduler", "SequentialLR", schedulers=inner, milestones=[1])
    assert period(component) == per


def test_schedulers_that_do_not_agree_must_be_reported() -> None:
    inner = [{"type": "OneCycleLR", "max_lr": 1}, "LinearLR"]
    with pytest.raises(RunError, match="OneCycleLR per step, LinearLR per epoch"):
        period(make("scheduler", "ChainedScheduler", schedulers=inner))
    assert period(make("scheduler", "ChainedScheduler", schedulers=inner, per="step")) == "step"


def test_what_is_said_inside_and_outside_must_agree() -> None:
    inner = [{"type": "LinearLR", "per": "step"}, "LinearLR"]
    with pytest.raises(RunError, match="different times"):
        period(make("scheduler", "ChainedScheduler", schedulers=inner, per="epoch"))


def test_each_part_of_a_sequence_has_its_own_length() -> None:
    component = make("scheduler", "SequentialLR", schedulers=["LinearLR"] * 3, milestones=[2, 5])
    assert [steps for _, steps in parts(component, 12)] == [2, 3, 7]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (
            "SequentialLR",
            {"schedulers": ["LinearLR"] * 2, "milestones": [1, 2]},
            "so 1 and not 2",
        ),
        ("SequentialLR", {"schedulers": ["LinearLR"] * 3, "milestones": [2, 2]}, "that rise"),
        (
            "SequentialLR",
            {"schedulers": ["LinearLR", "ReduceLROnPlateau"], "milestones": [1]},
            "cannot hold a ReduceLROnPlateau",
        ),
        ("ChainedScheduler", {"schedulers": ["ReduceLROnPlateau"] * 2}, "cannot hold"),
        (
            "SequentialLR",
            {
                "schedulers": [
                    "LinearLR",
                    {"type": "ChainedScheduler", "schedulers": ["LinearLR", "LinearLR"]},
                ],
                "milestones": [1],
            },
            "cannot hold a ChainedScheduler",
        ),
    ],
)
def test_what_pytorch_cannot_join_is_refused(
    name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make("scheduler", name, **arguments)
