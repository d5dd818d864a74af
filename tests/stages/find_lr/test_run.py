from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.find_lr.run import run
from cifar_pipe.stages.find_lr.spec import FindLr
from tests.kit import RecordedEvents, random_data, small


def find_lr(**more: Any) -> FindLr:
    loss, optimizer = make("loss", "CrossEntropyLoss"), make("optimizer", "SGD", lr=0.1)
    return FindLr(loss=loss, optimizer=optimizer, **more)


@pytest.fixture
def context(context: Context) -> Context:
    return replace(context, stage="find_lr")


def test_it_says_what_to_try_and_writes_all_steps(context: Context, events: RecordedEvents) -> None:
    """All images in one batch: without noise the loss falls until the rate is too large."""
    inputs = {"model": small(), "data": random_data(batch_size=40, shuffle=False)}
    assert run(find_lr(steps=200, for_stage="fit"), inputs, context) == {}
    found = json.loads((context.folder / "find_lr.json").read_text())
    assert found["suggested"] == pytest.approx(found["lowest"]["lr"] / 10)
    assert events.said[-1] == f"find_lr: to try: -S fit.optimizer.lr={found['suggested']:.2g}"
    rows = list(csv.DictReader((context.folder / "find_lr.csv").read_text().splitlines()))
    assert len(rows) == len(found["points"])
    assert [float(rows[0][key]) for key in ("lr", "loss")] == [
        found["points"][0][key] for key in ("lr", "loss")
    ]
    # metrics.jsonl is the trainings'.
    assert not events.rows


def test_where_the_loss_does_not_fall_it_says_so(context: Context, events: RecordedEvents) -> None:
    inputs = {"model": small(), "data": random_data()}
    run(find_lr(steps=20, start_lr=1e-9, end_lr=1e-8), inputs, context)
    assert "has not fallen by more than its noise" in events.said[0]
    assert "to try" not in events.said[-1]
    assert json.loads((context.folder / "find_lr.json").read_text())["suggested"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_lr": 1.0, "end_lr": 0.1},
        {"start_lr": 0.0},
        {"steps": 1},
        {"smoothing": 1.0},
        {"early_stop_threshold": 1.0},
    ],
)
def test_settings_that_make_no_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        find_lr(**wrong)
