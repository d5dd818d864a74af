"""cifar-pipe run: what it refuses, reports and leaves."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Done

Cli = Callable[..., Done]


def test_a_warning_is_reported_and_the_pipeline_runs(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "-S", "train.log_every=99")
    assert done.status == 0
    assert "warning[no-effect]" in done.err


def test_an_override_that_changes_nothing_ends_it(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "-S", "vars.widht=16")
    assert (done.status, done.out) == (1, "")
    assert "nothing uses the variable `widht`" in done.err
    assert not (mine.parent / "run").exists()


def test_a_seed_beside_seeds_changes_nothing_and_ends_it(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--seeds", "0..1", "-S", "seed=5")
    assert (done.status, done.out) == (2, "")
    assert "--seeds sets the seed" in done.err


def test_standard_input_runs(cli: Cli, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(mine.read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    done = cli("run", "-")
    assert done.status == 0
    (state,) = Path("runs").glob("*/*/run.json")
    assert json.loads(state.read_text())["pipeline"] == "<stdin>"
    assert (state.parent / "pipeline.yaml").read_text() == mine.read_text()


def test_findings_are_reported_and_nothing_runs(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "-S", "seed=x")
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith("\n1 finding\n")
    assert not (mine.parent / "run").exists()


def test_seeds_are_read_before_the_pipeline(cli: Cli) -> None:
    done = cli("run", "nowhere.yaml", "--seeds", "3")
    assert done.status == 2
    assert "--seeds takes A..B" in done.err


def test_a_profile_is_on_the_page_and_in_a_trace(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "--profile")
    assert done.status == 0
    assert "most of the time (run/trace.json has all" in done.err
    state = json.loads(Path("run/run.json").read_text())
    parts = {(one["stage"], one["part"]) for one in state["profile"]["parts"]}
    assert parts >= {
        *(
            ("", "check the pipeline"),
            ("load_data", "load_data"),
            ("train", "gather"),
            ("train", "augment"),
        ),
        *(("train", "forward"), ("train", "backward"), ("train", "optimizer")),
        *(("train", "checkpoint"), ("evaluate", "metrics")),
    }
    recorded = sum(one["seconds"] for one in state["profile"]["parts"] if not one["beside"])
    assert recorded > 0
    trace = json.loads(Path("run/trace.json").read_text())
    assert {one["name"] for one in trace["traceEvents"]} >= {
        *("train", "forward", "check the pipeline")
    }
    page = Path("run/report.html").read_text()
    assert "Where the time went" in page
    assert state["profile"]["forecast"].keys() == {"train", "evaluate"}
    assert "was expected to take" in page
    assert 'href="trace.json"' in page


def test_a_run_without_a_profile_leaves_none(cli: Cli, mine: Path) -> None:
    assert cli("run", mine.name, "--run-dir", "run").status == 0
    assert "profile" not in json.loads(Path("run/run.json").read_text())
    assert not Path("run/trace.json").exists()
    assert "Where the time went" not in Path("run/report.html").read_text()


def test_several_runs_have_no_profile(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--seeds", "0..1", "--profile")
    assert done.status == 2
    assert "--profile is of one run" in done.err
