from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_it_says_what_would_run_and_why(cli: Cli, mine: Path) -> None:
    before = cli("status", mine.name)
    assert before.status == 0
    assert before.out.splitlines()[:2] == [
        "stage        would  why",
        "load_data    run    it has not run before",
    ]
    assert cli("run", mine.name).status == 0
    after = cli("status", mine.name, "-S", "train.optimizer.lr=0.01", "--format", "json")
    rows = {row["stage"]: row for row in json.loads(after.out)}
    assert rows["train"] == {
        "stage": "train",
        "type": "train",
        "action": "run",
        "reason": "optimizer.lr 0.001 -> 0.01",
    }
    assert rows["show_images"]["action"] == "reuse"
    assert rows["build_model"]["reason"] == "train needs its model"
    assert rows["load_data"]["reason"] == "evaluate needs its data"
    assert rows["evaluate"]["reason"] == "its model may change: train runs"


def test_a_pipeline_with_findings_has_no_plan(cli: Cli, mine: Path) -> None:
    done = cli("status", mine.name, "-S", "train.epoch=1")
    assert (done.status, done.out) == (1, "")
    assert "unknown-key" in done.err
