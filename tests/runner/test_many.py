"""One pipeline over several seeds: its runs, their mean and spread."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import stdev

import pytest

from cifar_pipe.runner.many import Spread
from tests.cases.case import BASE
from tests.conftest import Done


def test_seeds_run_one_after_the_other_and_give_mean_and_spread(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    done = cli("run", "mine.yaml", "--seeds", "0..1", "--run-dir", "out")
    assert done.status == 0, done.err
    mean = next(line for line in done.out.splitlines() if line.startswith("mean"))
    runs = [json.loads((tmp_path / f"out/seed-{seed}/run.json").read_text()) for seed in (0, 1)]
    assert [run["seed"] for run in runs] == [0, 1]
    values = [run["metrics"]["evaluate"]["accuracy"] for run in runs]
    assert float(mean.split()[1]) == pytest.approx(100 * sum(values) / 2, abs=0.06)
    summary = json.loads((tmp_path / "out/seeds.json").read_text())
    assert summary["metrics"]["evaluate.accuracy"]["values"] == values


def test_the_spread_is_that_of_a_sample() -> None:
    spread = Spread("evaluate.accuracy", (0.5, 0.6))
    assert spread.mean == pytest.approx(0.55)
    assert spread.std == pytest.approx(0.0707107)
    assert Spread("x", (1.0,)).std is None


def test_the_time_is_that_of_computing_also_where_a_result_is_reused(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    assert cli("run", "mine.yaml", "--run-dir", "first").status == 0
    assert cli("run", "mine.yaml", "--seeds", "0..1", "--run-dir", "out").status == 0
    reused = json.loads((tmp_path / "out/seed-0/run.json").read_text())["stages"]
    assert reused["train"]["status"] == "reused"
    kept = tmp_path / "runs/.store" / reused["train"]["key"] / "entry.json"
    took = json.loads(kept.read_text())["seconds"]
    assert reused["train"]["computed_in"] == took
    seconds = json.loads((tmp_path / "out/seeds.json").read_text())["metrics"]["seconds"]["values"]
    assert seconds[0] >= took


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
    spread = next(line for line in done.out.splitlines() if line.startswith("std "))
    assert float(spread.split()[1]) == pytest.approx(100 * stdev(accuracies), abs=0.06)
    each = [line.split() for line in done.out.splitlines() if line.startswith(("1 ", "2 "))]
    assert [float(line[1]) / 100 for line in each] == pytest.approx(accuracies, abs=1e-3)
    again = cli("run", "out/fold-2/resolved.yaml", "--run-dir", "again")
    assert again.status == 0, again.err
    alone = json.loads((tmp_path / "again/run.json").read_text())
    assert alone["metrics"] == runs[1]["metrics"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--folds", "1"), 2, "folds are 2 or more, not 1"),
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
