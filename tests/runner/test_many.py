"""One pipeline over several seeds: its runs, their mean and spread."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import stdev

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


def test_each_fold_is_run_and_measured_on_what_it_holds_out(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    done = cli("run", "mine.yaml", "--folds", "2", "--run-dir", "out")
    assert done.status == 0, done.err
    runs = [json.loads((tmp_path / f"out/fold-{n}/run.json").read_text()) for n in (1, 2)]
    for number, run in enumerate(runs, 1):
        assert run["data"]["fold"] == {"number": number, "of": 2}
        assert run["metrics"]["evaluate"]["images"] == run["data"]["test"] == 20
        assert (
            f"load_data: fold {number} of 2: 20 of the 40 training images are held out" in done.err
        )
    accuracies = [run["metrics"]["evaluate"]["accuracy"] for run in runs]
    summary = json.loads((tmp_path / "out/folds.json").read_text())
    assert summary["folds"] == [1, 2]
    assert summary["metrics"]["evaluate.accuracy"]["values"] == accuracies
    row = next(line for line in done.out.splitlines() if line.startswith("evaluate.accuracy"))
    assert float(row.split()[2]) == pytest.approx(stdev(accuracies), abs=1e-4)
    each = [line.split() for line in done.out.splitlines() if line.startswith(("1 ", "2 "))]
    assert [float(line[1]) for line in each] == pytest.approx(accuracies, abs=1e-4)
    again = cli("run", "out/fold-2/resolved.yaml", "--run-dir", "again")
    assert again.status == 0, again.err
    alone = json.loads((tmp_path / "again/run.json").read_text())
    assert alone["metrics"] == runs[1]["metrics"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--folds", "1"), 2, "--folds takes a number from 2 on, not 1"),
        (("--folds", "2", "--seeds", "0..1"), 2, "two ways to run a pipeline several times"),
        (
            ("--folds", "5"),
            1,
            "5 folds need 5 images of each class, and there are 40 for 10 classes",
        ),
        (("--folds", "2", "-S", "train=null"), 2, "no stage of the pipeline trains"),
    ],
)
def test_folds_that_cannot_be_are_refused_before_anything_runs(
    cli: Callable[..., Done], tmp_path: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    done = cli("run", "mine.yaml", *arguments, "--run-dir", "out")
    assert done.status == status, done.err
    assert words in done.err
    assert not (tmp_path / "out").exists()
