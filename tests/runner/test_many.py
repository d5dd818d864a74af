"""One pipeline over several seeds: its runs, their mean and spread."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.runner.many import Spread, summary_lines
from tests.cases.case import BASE
from tests.conftest import Done


def test_seeds_run_one_after_the_other_and_give_mean_and_spread(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    done = cli("run", "mine.yaml", "--seeds", "0..1", "--run-dir", "out")
    assert done.status == 0, done.err
    row = next(line for line in done.out.splitlines() if line.startswith("evaluate.accuracy"))
    runs = [json.loads((tmp_path / f"out/seed-{seed}/run.json").read_text()) for seed in (0, 1)]
    assert [run["seed"] for run in runs] == [0, 1]
    values = [run["metrics"]["evaluate"]["accuracy"] for run in runs]
    assert float(row.split()[1]) == pytest.approx(sum(values) / 2, abs=1e-4)
    summary = json.loads((tmp_path / "out/seeds.json").read_text())
    assert summary["metrics"]["evaluate.accuracy"]["values"] == values


def test_the_spread_is_that_of_a_sample() -> None:
    spread = Spread("evaluate.accuracy", (0.5, 0.6))
    assert spread.mean == pytest.approx(0.55)
    assert spread.std == pytest.approx(0.0707107)
    assert Spread("x", (1.0,)).std is None


def test_the_summary_is_a_table() -> None:
    lines = summary_lines([Spread("evaluate.accuracy", (0.5, 0.6))])
    assert lines[0].split() == ["mean", "std", "min", "max", "(2", "runs)"]
    assert lines[1].split() == ["evaluate.accuracy", "0.5500", "0.0707", "0.5000", "0.6000"]
