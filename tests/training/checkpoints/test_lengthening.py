"""A longer training goes on from the end of a shorter one where that is what it would have done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.training.checkpoints.folder import last_checkpoint
from tests.kit import conv, layer
from tests.training.checkpoints.trainings import (
    HEAD,
    Process,
    Result,
    Training,
    assert_equal,
    garbage_in_the_random_states,
)

DROPOUT = (conv(4), layer("BatchNorm2d"), layer("ReLU"), layer("Dropout"), *HEAD)
TRAININGS = {
    "constant": {},
    "by step": {"scheduler": make("scheduler", "StepLR", step_size=7, per="step")},
    "warm-up": {
        "scheduler": make(
            "scheduler",
            "SequentialLR",
            schedulers=[{"type": "CosineAnnealingLR"}, {"type": "ExponentialLR", "gamma": 0.9}],
            milestones=[4],
            per="step",
        )
    },
    "EMA": {"averaging": make("averaging", "EMA", decay=0.9), "accumulate": 2},
    "SWA": {"averaging": make("averaging", "SWA", start=2, lr=0.01)},
    "the best": {"monitor": "val_loss", "restore_best": True},
    "stopped early": {
        "optimizer": make("optimizer", "SGD", lr=0.0),
        "monitor": "val_loss",
        "callbacks": [make("callback", "EarlyStopping", patience=1)],
    },
}
LENGTHS = {
    "epochs": ({"epochs": 2}, {"epochs": 4}),
    "steps at the end of an epoch": ({"steps": 6}, {"steps": 15}),
    "steps within an epoch": ({"steps": 8}, {"steps": 10}),
}


def lengthened(
    settings: dict[str, Any], length: tuple[dict[str, int], dict[str, int]], tmp_path: Path
) -> tuple[Result, Result, Process]:
    """What comes of the longer one, and what would have without the shorter one."""
    short, long = (Training({**settings, **one}, layers=DROPOUT) for one in length)
    result = Process(short, tmp_path / "short", Result()).run()
    garbage_in_the_random_states()
    last = last_checkpoint(tmp_path / "short" / "checkpoints")
    process = Process(
        long, tmp_path / "long", result, network_seed=5, key="of the long one", continues=last
    )
    return process.run(), Process(long, tmp_path / "whole", Result()).run(), process


@pytest.mark.parametrize("log_every", [4, None])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", TRAININGS)
def test_a_longer_training_is_to_the_bit_what_it_would_have_been(
    name: str, length: str, log_every: int | None, tmp_path: Path
) -> None:
    settings = {**TRAININGS[name], "log_every": log_every}
    found, expected, process = lengthened(settings, LENGTHS[length], tmp_path)
    assert_equal(found, expected)
    assert process.events.notes[0].startswith("continuing the shorter training at epoch ")
    assert "resumed" in process.context.facts


@pytest.mark.parametrize(
    ("scheduler", "name"),
    [
        (make("scheduler", "CosineAnnealingLR"), "CosineAnnealingLR"),
        (make("scheduler", "OneCycleLR", max_lr=0.1), "OneCycleLR"),
        (
            make(
                "scheduler",
                "SequentialLR",
                schedulers=[{"type": "LinearLR"}, {"type": "CosineAnnealingLR"}],
                milestones=[1],
            ),
            "CosineAnnealingLR",
        ),
    ],
    ids=["cosine", "one cycle", "after a warm-up"],
)
def test_where_the_schedule_is_another_one_it_starts_over_and_says_why(
    scheduler: Any, name: str, tmp_path: Path
) -> None:
    short, long = (Training({"scheduler": scheduler, "epochs": epochs}) for epochs in (2, 3))
    Process(short, tmp_path / "short", Result()).run()
    last = last_checkpoint(tmp_path / "short" / "checkpoints")
    process = Process(long, tmp_path / "long", Result(), continues=last)
    assert_equal(process.run(), Process(long, tmp_path / "whole", Result()).run())
    (note,) = process.events.notes
    assert note == (
        f"starting over, not continuing the shorter training: {name} spreads the learning rates "
        "over the whole length"
    )


def test_where_the_end_of_the_shorter_one_is_damaged_it_starts_over(tmp_path: Path) -> None:
    damaged = tmp_path / "last.ckpt"
    damaged.write_bytes(b"nothing")
    process = Process(Training(), tmp_path / "long", Result(), continues=damaged)
    assert_equal(process.run(), Process(Training(), tmp_path / "whole", Result()).run())
    assert damaged.read_bytes() == b"nothing"
    assert f"the checkpoint {damaged} is damaged" in process.events.warnings[0]
    assert process.events.notes == ["starting over: the end of the shorter training cannot be used"]
