"""A training that is stopped anywhere and resumed gives what it would have given: to the bit.

Batches come from the training's own process; there are no loading workers whose state could be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torch

from cifar_pipe import disk
from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.training.checkpoints.checkpoint import Checkpoint
from cifar_pipe.training.optimization import steps
from cifar_pipe.training.threads import Threads
from tests.kit import conv, layer
from tests.training.checkpoints.trainings import (
    HEAD,
    Killed,
    Process,
    Result,
    Training,
    assert_equal,
    differences,
    garbage_in_the_random_states,
)

TO_TENSOR = make("transform", "ToTensor")
WARM_UP = make(
    "scheduler",
    "SequentialLR",
    schedulers=[{"type": "LinearLR", "total_iters": 2}, {"type": "CosineAnnealingLR"}],
    milestones=[2],
    per="step",
)
DROPOUT = (conv(4), layer("ReLU"), layer("Dropout"), *HEAD)
NORMS = (conv(4), layer("BatchNorm2d"), layer("ReLU"), layer("Dropout"), *HEAD)

TRAININGS = {
    "plain": Training(),
    "augmentation and dropout": Training(
        {"optimizer": make("optimizer", "AdamW", lr=0.01)},
        layers=DROPOUT,
        transforms=(
            make("transform", "RandomCrop", size=8, padding=2),
            make("transform", "RandomHorizontalFlip"),
            TO_TENSOR,
            make("transform", "RandomErasing"),
        ),
    ),
    "scheduler, EMA and accumulation": Training(
        {
            "scheduler": WARM_UP,
            "averaging": make("averaging", "EMA", decay=0.9),
            "accumulate": 4,
            "clip_grad_norm": 1.0,
            "log_every": None,
        }
    ),
    "MixUp": Training(transforms=(TO_TENSOR, make("transform", "MixUp"))),
    "bfloat16": Training(layers=DROPOUT, context={"precision": "bfloat16"}),
    "float16": Training(context={"precision": "float16"}),
    "batch norm, early stopping and the best epoch": Training(
        {
            "optimizer": make("optimizer", "SGD", lr=0.5, momentum=0.9),
            "scheduler": make("scheduler", "ReduceLROnPlateau", patience=0),
            "callbacks": [make("callback", "EarlyStopping", patience=1)],
            "monitor": "val_loss",
            "restore_best": True,
            "epochs": 4,
        },
        layers=NORMS,
    ),
    "SWA": Training(
        {
            "averaging": make("averaging", "SWA", start=1, lr=0.01),
            "scheduler": make("scheduler", "MultiStepLR", milestones=[1]),
        },
        layers=NORMS,
    ),
    "a callback after each step, and frozen layers": Training(
        {
            "callbacks": [make("callback", "LearningRateLog", per="step")],
            "scheduler": make("scheduler", "ExponentialLR", gamma=0.9, per="step"),
            "trainable": ["fc"],
        },
        layers=NORMS,
    ),
    "sampler and class weights": Training(
        {
            "loss": make("loss", "CrossEntropyLoss", weight="balanced"),
            "log_every": 1,
        },
        sampler=make("sampler", "WeightedRandomSampler", weights="balanced"),
    ),
    "an end within an epoch": Training({"steps": 9, "log_every": None}, layers=DROPOUT),
}


@pytest.fixture(autouse=True)
def _nothing_is_synced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power fails here."""
    monkeypatch.setattr(disk, "sync", lambda _: None)
    monkeypatch.setattr(disk, "sync_directory", lambda _: None)


@cache
def undisturbed(name: str) -> Result:
    with TemporaryDirectory() as folder:
        return Process(TRAININGS[name], Path(folder), Result()).run()


def resumed(
    training: Training, run_dir: Path, *, stop_at: int, network_seed: int = 5, **more: Any
) -> tuple[Result, Process]:
    """What comes of it when it is stopped there and goes on with another network's weights."""
    result = Result()
    Process(training, run_dir, result, stop_at=stop_at, **more).run()
    assert not result.weights
    garbage_in_the_random_states()
    second = Process(training, run_dir, result, network_seed=network_seed)
    return second.run(), second


@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_that_is_stopped_anywhere_ends_as_if_it_had_not_been(
    name: str, tmp_path: Path
) -> None:
    """Before each step, at the ends of epochs, and while the validation split is measured."""
    expected = undisturbed(name)
    assert expected.checks >= len(expected.steps) + expected.history["epochs"]
    for stop_at in range(expected.checks):
        found, process = resumed(TRAININGS[name], tmp_path / str(stop_at), stop_at=stop_at)
        assert_equal(found, expected)
        assert any(one.startswith("resuming at epoch ") for one in process.events.notes)


@pytest.mark.parametrize("name", TRAININGS)
def test_a_finished_training_whose_result_was_lost_is_not_done_again(
    name: str, tmp_path: Path
) -> None:
    expected = undisturbed(name)
    first = Process(TRAININGS[name], tmp_path, Result()).run()
    garbage_in_the_random_states()
    again = Result(first.steps, rows=first.rows)
    assert_equal(Process(TRAININGS[name], tmp_path, again, network_seed=5).run(), expected)


@pytest.mark.parametrize("name", ["augmentation and dropout", "scheduler, EMA and accumulation"])
def test_a_training_that_is_killed_goes_on_from_its_last_checkpoint(
    name: str, tmp_path: Path
) -> None:
    """What came after that is done again, and has its rows in metrics.jsonl once."""
    training, expected = TRAININGS[name].with_settings(checkpoint={"steps": 2}), undisturbed(name)
    for stop_at in range(expected.checks):
        result, run_dir = Result(), tmp_path / str(stop_at)
        Process(training, run_dir, result, stop_at=stop_at, stop=Killed).run()
        garbage_in_the_random_states()
        done = len(result.steps) // 2 * 2
        del result.steps[done:]
        # Without a checkpoint it begins anew, with the network that the stage above gives.
        seed = 5 if done else 0
        assert_equal(Process(training, run_dir, result, network_seed=seed).run(), expected)


# ---- the comparison can fail -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("plain", "network"),
        ("plain", "optimizer"),
        ("plain", "meter"),
        ("plain", "reached"),
        ("augmentation and dropout", "random"),
        ("scheduler, EMA and accumulation", "rate"),
        ("scheduler, EMA and accumulation", "averaging"),
        ("SWA", "averaging"),
        ("float16", "engine"),
        ("batch norm, early stopping and the best epoch", "callbacks"),
        ("batch norm, early stopping and the best epoch", "validation"),
    ],
)
def test_without_any_of_its_parts_a_checkpoint_leads_elsewhere(
    name: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Checkpoint.restore

    def restore(self: Checkpoint, parts: Mapping[str, Any]) -> None:
        assert part in parts
        real(self, {key: one for key, one in parts.items() if key != part})

    monkeypatch.setattr(Checkpoint, "restore", restore)
    expected = undisturbed(name)
    found, _ = resumed(TRAININGS[name], tmp_path, stop_at=expected.checks - 2)
    with pytest.raises(AssertionError):
        assert_equal(found, expected)


def test_without_pytorchs_random_state_the_steps_with_dropout_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "set_rng_state", lambda _: None)
    name = "augmentation and dropout"
    found, _ = resumed(TRAININGS[name], tmp_path, stop_at=5)
    expected = undisturbed(name)
    assert [digest for digest, _ in found.steps] == [digest for digest, _ in expected.steps]
    assert found.steps[:5] == expected.steps[:5]
    assert found.steps[5] != expected.steps[5]
    assert differences(found.weights, expected.weights)


# ---- what is gone on from ----------------------------------------------------------------------


def test_a_checkpoint_of_other_settings_is_not_used(tmp_path: Path) -> None:
    """The key tells them apart, whatever lies in the folder."""
    first = Process(TRAININGS["plain"], tmp_path, Result(), stop_at=10, key="other")
    first.run()
    second = Process(TRAININGS["plain"], tmp_path, Result())
    assert_equal(second.run(), undisturbed("plain"))
    assert second.events.notes == []
    assert "resumed" not in second.context.facts


def test_damaged_checkpoints_lead_to_the_ones_before_them_and_then_to_the_start(
    tmp_path: Path,
) -> None:
    training = TRAININGS["plain"].with_settings(checkpoint={"steps": 2})
    result = Result()
    Process(training, tmp_path, result, stop_at=10, stop=Killed).run()
    _, newer = sorted((tmp_path / "checkpoints").glob("step-*.ckpt"))
    newer.write_bytes(b"\0" * 4096)
    result.steps[:] = result.steps[:6]
    process = Process(training, tmp_path, result, network_seed=5, stop_at=11, stop=Killed)
    process.run()
    assert process.events.notes == ["resuming at epoch 1, step 6 of 12"]
    assert [str(newer) in warning for warning in process.events.warnings] == [True]
    for path in (tmp_path / "checkpoints").glob("*.ckpt"):
        path.write_bytes(path.read_bytes()[:-7])
    last = Process(training, tmp_path, Result())
    assert_equal(last.run(), undisturbed("plain"))
    assert last.events.notes == []
    assert len(last.events.warnings) == 1


def test_the_threads_of_the_checkpoint_are_taken_again_and_what_is_new_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "plain"
    result = Result()
    Process(TRAININGS[name], tmp_path, result, stop_at=4).run()
    monkeypatch.setattr(torch, "__version__", "3.0.0")
    monkeypatch.setattr(steps, "choose_threads", lambda *_, **__: Threads(2, onednn=True))
    process = Process(TRAININGS[name], tmp_path, result, threads=2)
    assert_equal(process.run(), undisturbed(name))
    assert process.context.facts["threads"] == 1
    threads, at, made_with = process.events.notes
    assert threads.startswith("threads: 1 as until now, not 2")
    assert at == "resuming at epoch 1, step 4 of 12"
    assert "the checkpoint was made with torch " in made_with
    assert "instead of 3.0.0" in made_with


SINGLE_LAYER = (layer("Flatten"), layer("Linear", out_features=3, bias=False, id="fc"))


@pytest.mark.parametrize("name", table_of("optimizer").entries)
def test_every_optimizer_goes_on(name: str, tmp_path: Path) -> None:
    optimizer = make("optimizer", name, **({"lr": 0.01} if name != "Adafactor" else {}))
    training = Training({"optimizer": optimizer}, layers=SINGLE_LAYER)
    expected = Process(training, tmp_path / "whole", Result()).run()
    assert_equal(resumed(training, tmp_path / "stopped", stop_at=9)[0], expected)


SCHEDULERS: Mapping[str, Mapping[str, Any]] = {
    "StepLR": {"step_size": 5},
    "MultiStepLR": {"milestones": [2, 7, 7]},
    "ExponentialLR": {"gamma": 0.9},
    "ConstantLR": {},
    "LinearLR": {},
    "PolynomialLR": {},
    "CosineAnnealingLR": {},
    "CosineAnnealingWarmRestarts": {"T_0": 4},
    "OneCycleLR": {"max_lr": 0.1},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3},
    "ReduceLROnPlateau": {"patience": 0, "threshold": 0.9},
    "SequentialLR": {
        "schedulers": [{"type": "LinearLR"}, {"type": "ExponentialLR", "gamma": 0.9}],
        "milestones": [3],
    },
    "ChainedScheduler": {
        "schedulers": [{"type": "LinearLR"}, {"type": "ExponentialLR", "gamma": 0.9}]
    },
}


@pytest.mark.parametrize("name", table_of("scheduler").entries)
def test_every_scheduler_goes_on(name: str, tmp_path: Path) -> None:
    per = {} if name == "ReduceLROnPlateau" else {"per": "step"}
    scheduler = make("scheduler", name, **SCHEDULERS[name], **per)
    more = {"scheduler": scheduler, "monitor": "val_loss", "log_every": 1, "epochs": 4}
    training = Training(more, layers=SINGLE_LAYER)
    expected = Process(training, tmp_path / "whole", Result()).run()
    assert len({row["lr"] for row in expected.rows if "lr" in row}) > 1
    assert_equal(resumed(training, tmp_path / "stopped", stop_at=9)[0], expected)
