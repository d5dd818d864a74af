"""What is said of a training that has ended: that it still improves, that it overfits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.evaluation.guessing import better_rate
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.progress.endings import Curves, curves, endings, overfits, still_improves
from tests.cases.case import BASE
from tests.kit import random_data, small

FLAT = [0.1] * 12


def of(losses: Sequence[float], rates: Sequence[float] = (), **more: Any) -> Curves:
    return Curves(losses, rates or [0.1] * len(losses), **more)


# ---- still improves ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        # The tutorial's two epochs.
        ([1.66, 1.32], "the training loss still fell by 20 % in the last epoch"),
        ([1.66, 1.32, 1.20, 1.12, 1.05], "the training loss still fell by 6 % in the last epoch"),
        ([2.0, 1.5, 1.3, 1.28], None),
        ([2.0, 1.5, 1.3, 1.35], None),
        # Little is left to gain.
        ([2.3, 0.5, 0.21, 0.1], None),
        ([1.5], None),
        # Each of the last two of ten epochs.
        ([2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1], "the training loss still fell by 8 % in the last 2 epochs"),
    ],
)  # fmt: skip
def test_without_a_validation_split_the_training_loss_says_it(
    losses: list[float], words: str | None
) -> None:
    assert still_improves(of(losses)) == words


@pytest.mark.parametrize(
    ("val_losses", "words"),
    [
        ([1.5, 1.3, 1.2], "val_loss still fell by 8 % in the last epoch"),
        ([1.5, 1.3, 1.295], None),
        ([1.5, 1.2, 1.25], None),
    ],
)
def test_new_images_say_it_where_there_are_some(val_losses: list[float], words: str | None) -> None:
    assert still_improves(of([2.0, 1.0, 0.5], val_losses=val_losses)) == words


def test_a_learning_rate_that_has_come_down_was_meant_to_end_it() -> None:
    losses = [2.0, 1.5, 1.0]
    assert still_improves(of(losses, [0.1, 0.05, 0.02])) is not None
    assert still_improves(of(losses, [0.1, 0.05, 0.001])) is None


# ---- overfits ----------------------------------------------------------------------------------


def test_a_validation_loss_that_rises_while_the_training_loss_falls() -> None:
    found = overfits(
        of(
            [1.5, 1.0, 0.7, 0.4],
            val_losses=[1.4, 1.1, 1.2, 1.4],
            val_accuracies=[0.5, 0.6, 0.6, 0.6],
        )
    )
    assert found == (
        "the training overfits: val_loss rose from 1.100 in epoch 2 to 1.400, while the training loss fell from 1.000 to 0.400",
        2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("losses", "val_losses", "val_accuracies"),
    [
        # One epoch may be chance.
        ([1.5, 1.0, 0.7], [1.4, 1.1, 1.2], [0.5, 0.6, 0.6]),
        # It hardly rises.
        ([1.5, 1.0, 0.7, 0.4], [1.4, 1.1, 1.12, 1.13], [0.5, 0.6, 0.6, 0.6]),
        # The accuracy is still better for it.
        ([1.5, 1.0, 0.7, 0.4], [1.4, 1.1, 1.2, 1.4], [0.5, 0.6, 0.62, 0.64]),
        # Both losses rise.
        ([1.5, 1.0, 1.2, 1.4], [1.4, 1.1, 1.2, 1.4], [0.5, 0.6, 0.6, 0.6]),
        ([1.5, 1.0, 0.7, 0.4], [], []),
    ],
)
def test_what_is_not_called_overfitting(
    losses: list[float], val_losses: list[float], val_accuracies: list[float]
) -> None:
    assert overfits(of(losses, val_losses=val_losses, val_accuracies=val_accuracies)) is None


# ---- what is said, and what helps --------------------------------------------------------------


def test_curves_have_one_value_per_epoch_that_is_whole() -> None:
    rows = [
        {"epoch": 1, "loss": 2.0, "lr": 0.1},
        {"epoch": 1, "loss": 1.0, "lr": 0.1},
        {"epoch": 1, "val_loss": 1.2, "val_accuracy": 0.5},
        {"epoch": 2, "loss": 0.5, "lr": 0.05},
        {"epoch": 3, "loss": 0.1, "lr": 0.05},
    ]
    assert curves(rows, epochs=2) == Curves([1.5, 0.5], [0.1, 0.05], [1.2], [0.5])


def rows_of(losses: Sequence[float], val_losses: Sequence[float] = ()) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for epoch, loss in enumerate(losses, 1):
        rows.append({"stage": "train", "epoch": epoch, "loss": loss, "lr": 0.1})
        if val_losses:
            rows.append({"epoch": epoch, "val_loss": val_losses[epoch - 1], "val_accuracy": 0.5})
    return rows


def job(context: Context, *, train: int = 40, **settings: Any) -> TrainingJob:
    given = {
        "loss": make("loss", "CrossEntropyLoss"),
        "optimizer": make("optimizer", "SGD", lr=0.1),
    }
    length = {} if "steps" in settings else {"epochs": 4}
    data = random_data(train=train, batch_size=2)
    return TrainingJob(small(), data, Train(**{**given, **length, **settings}), context)


IMPROVING = rows_of([2.0, 1.5, 1.2, 1.0])
OVERFITTING = rows_of([1.5, 1.0, 0.7, 0.4], [1.4, 1.1, 1.2, 1.4])


VALUES = {"averaging": "{type: EMA}"}


@pytest.mark.parametrize(
    ("rows", "settings", "overrides"),
    [
        (IMPROVING, {}, ["train.epochs=8"]),
        (IMPROVING, {"steps": 80}, ["train.steps=160"]),
        (OVERFITTING, {}, ["train.monitor=val_loss", "train.restore_best=true"]),
        (OVERFITTING, {"monitor": "val_accuracy"}, ["train.restore_best=true"]),
        (OVERFITTING, {"averaging": make("averaging", "EMA")}, ["train.epochs=2"]),
    ],
)
def test_what_helps_validates(
    context: Context, tmp_path: Path, rows: Any, settings: dict[str, Any], overrides: list[str]
) -> None:
    [ending] = endings(job(context, **settings), rows, stopped=False)
    assert ending.overrides == overrides
    path, findings = tmp_path / "mine.yaml", Findings()
    text = BASE.replace("batch_size: 4", "batch_size: 4\n    validation_split: 0.5")
    length = "steps: 80" if "steps" in settings else "epochs: 4"
    more = [
        f"    {key}: {VALUES.get(key, value)}\n"
        for key, value in settings.items()
        if key != "steps"
    ]
    path.write_text(re.sub(r"    epochs: \d\n", f"    {length}\n{''.join(more)}", text))
    assert prepare(path, overrides, findings) is not None, [
        one.message for one in findings.sorted()
    ]


@pytest.mark.parametrize(
    ("rows", "settings", "stopped"),
    [
        (IMPROVING, {}, True),
        (OVERFITTING, {"monitor": "val_loss", "restore_best": True}, False),
        (rows_of([1.0, 0.99, 0.98, 0.97]), {}, False),
    ],
)
def test_nothing_is_said_where_nothing_helps(
    context: Context, rows: Any, settings: dict[str, Any], stopped: bool
) -> None:
    assert not list(endings(job(context, **settings), rows, stopped=stopped))


def test_nothing_is_said_of_epochs_of_a_few_steps(context: Context) -> None:
    assert not list(endings(job(context, train=20), IMPROVING, stopped=False))


def test_a_loss_that_stands_still_wants_a_smaller_rate_and_one_that_creeps_a_larger() -> None:
    creeping = [{**row, "lr": 0.01} for row in rows_of([2.30, 2.29])]
    assert better_rate(creeping) == ("try a larger learning rate", ["train.optimizer.lr=0.1"])
    assert better_rate(rows_of([2.30, 2.31])) == (
        "try a smaller learning rate",
        ["train.optimizer.lr=0.01"],
    )
    assert better_rate(rows_of([2.3])) == (None, ())


def test_a_rate_beyond_all_usual_ones_should_be_smaller_whatever_the_loss_does() -> None:
    rows = [{**row, "lr": 0.5} for row in rows_of([2.39, 2.36])]
    assert better_rate(rows) == ("try a smaller learning rate", ["train.optimizer.lr=0.001"])


@pytest.mark.parametrize(("losses", "rate"), [([2.3, 2.3], 0.01), ([2.3, 2.4], 0.0001)])
def test_a_small_rate_with_which_nothing_moves_should_be_larger(
    losses: list[float], rate: float
) -> None:
    rows = [{**row, "lr": 0.001} for row in rows_of(losses)]
    assert better_rate(rows)[1] == [f"train.optimizer.lr={rate:g}"]
