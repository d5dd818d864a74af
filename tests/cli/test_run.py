"""cifar-pipe run: what it refuses, reports and leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_a_warning_is_reported_and_the_pipeline_runs(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "-S", "vars.width=8")
    assert done.status == 0
    assert "warning[unused]" in done.err


def test_findings_are_reported_and_nothing_runs(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "-S", "seed=x")
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith("\n1 finding\n")
    assert not (mine.parent / "run").exists()


def test_seeds_are_read_before_the_pipeline(cli: Cli) -> None:
    done = cli("run", "nowhere.yaml", "--seeds", "3")
    assert done.status == 2
    assert "--seeds takes A..B" in done.err
