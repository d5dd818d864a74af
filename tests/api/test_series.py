"""`run` with seeds or folds, as the command with --seeds and --folds."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest

from cifar_pipe import PipelineError, RunError, Series, UsageError, run
from tests.api.kit import small
from tests.kit import RecordedEvents


@pytest.fixture(autouse=True)
def inside_an_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def accuracies(series: Series) -> list[float]:
    return [one.metrics["evaluate"]["accuracy"] for one in series.results.values()]


def test_seeds_give_each_run_and_the_spread_of_what_they_measured() -> None:
    series = run(small(evaluate={}), seeds=range(2, 4))
    assert (series.over, [*series.results]) == ("seed", [2, 3])
    assert [one.state["seed"] for one in series.results.values()] == [2, 3]
    found = series.metrics["evaluate"]["accuracy"]
    assert [*found.values] == accuracies(series)
    assert found.mean == pytest.approx(fmean(accuracies(series)))
    assert found.std == pytest.approx(stdev(accuracies(series)))
    assert series.seconds is not None
    assert min(series.seconds.values) > 0
    assert series.report is not None
    assert "seed" in series.report.read_text()
    calls = {one.state["command"] for one in series.results.values()}
    assert calls == {"cifar_pipe.run('<pipeline>', seeds=range(2, 4))"}


def test_folds_hold_out_each_part_once() -> None:
    series = run(small(evaluate={}), folds=2, run_dir="out")
    assert (series.over, [*series.results]) == ("fold", [1, 2])
    assert [one.run_dir for one in series.results.values()] == [
        Path("out/fold-1"),
        Path("out/fold-2"),
    ]
    assert [one.state["data"]["test"] for one in series.results.values()] == [20, 20]
    summary = json.loads(Path("out/folds.json").read_text())
    assert summary["metrics"]["evaluate.accuracy"]["values"] == accuracies(series)


def test_one_run_has_no_spread_and_without_an_evaluation_there_is_no_page() -> None:
    series = run(small(), seeds=[7])
    assert (series.metrics, series.report) == ({}, None)
    with pytest.raises(RunError, match="measured nothing"):
        series.page()
    assert series.seconds is not None
    assert series.seconds.std is None
    assert repr(series) == "Series(seeds 7)"


def test_a_series_shows_what_was_measured() -> None:
    events = RecordedEvents()
    series = run(small(evaluate={}), seeds=[0, 5], events=events)
    assert repr(series).startswith("Series(seeds 0, 5)  evaluate.accuracy 0.")
    assert " ± " in repr(series)
    shown = series._repr_html_()
    assert "<th>seed</th><th>0</th><th>5</th><th>mean</th><th>std</th>" in shown
    assert str(series.report) in shown
    assert "iframe" in series.page()._repr_html_()
    assert any(line.startswith("mean ") for line in events.said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seeds": []}, "seeds are whole numbers from 0 on"),
        ({"seeds": 3}, "seeds are whole numbers from 0 on"),
        ({"seeds": "0..3"}, "seeds are whole numbers from 0 on"),
        ({"seeds": [0, True]}, "seeds are whole numbers from 0 on"),
        ({"seeds": [-1]}, "seeds are whole numbers from 0 on"),
        ({"seeds": [1, 1]}, "a seed appears twice"),
        ({"folds": 1}, "folds are 2 or more, not 1"),
        ({"folds": "5"}, "folds are a number of parts"),
        ({"folds": 2, "seeds": [0]}, "two ways to run a pipeline several times"),
        ({"seeds": [0], "overrides": ["seed=1"]}, "seeds sets the seed, and so does an override"),
    ],
)
def test_what_makes_no_series_is_refused_before_anything_runs(
    arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        run(small(), **arguments)
    assert not Path("runs").exists()


def test_findings_are_those_of_the_first() -> None:
    with pytest.raises(PipelineError) as caught:
        run(small(), ["train.epoch=3"], folds=2)
    assert [one.code for one in caught.value.findings] == ["unknown-key"]
