"""Which runs belong together, and what all of them have measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cifar_pipe.comparison.runs import ComparedRun, compare, found_runs
from cifar_pipe.errors import UsageError
from tests.comparison.kit import make_run


def test_runs_that_differ_in_their_seed_alone_are_one_variant(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / str(seed), seed=seed) for seed in (2, 0, 1)]
    other = make_run(tmp_path / "other", lr=0.1)
    found = compare([runs[0], other, *runs[1:]])
    assert [one.label for one in found.variants] == ["A", "B"]
    assert [one.replicate[0] for one in found.variants[0].runs] == [0, 1, 2]
    assert found.variants[0].replicates == "seeds 0, 1, 2"
    assert found.settings is not None
    assert [(one.name, one.values) for one in found.settings] == [
        ("train.optimizer.lr", (0.001, 0.1))
    ]


def test_the_same_run_once_more_is_a_variant_of_its_own(tmp_path: Path) -> None:
    found = compare([make_run(tmp_path / name) for name in ("a", "b")])
    assert len(found.variants) == 2
    assert found.settings == ()


def test_they_are_compared_by_the_accuracy_on_the_test_split_or_what_is_asked_for(
    tmp_path: Path,
) -> None:
    runs = [make_run(tmp_path / name) for name in ("a", "b")]
    assert compare(runs).metric == "evaluate.accuracy"
    assert compare(runs, "loss").metric == "evaluate.loss"
    assert compare(runs, "evaluate.loss").metric == "evaluate.loss"
    with pytest.raises(UsageError) as caught:
        compare(runs, "f1")
    assert "evaluate.accuracy, evaluate.loss" in caught.value.help[0]
    nothing = make_run(tmp_path / "c", metrics={})
    with pytest.raises(UsageError) as caught:
        compare([runs[0], nothing])
    assert str(nothing) in caught.value.message


def test_a_pipeline_that_cannot_be_read_leaves_the_settings_unknown(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / name) for name in ("a", "b")]
    (runs[1] / "resolved.yaml").write_text("version: 9\n")
    found = compare(runs)
    assert found.settings is None
    assert len(found.variants) == 2


def test_the_runs_of_a_series_are_found_where_they_are_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for seed in (0, 1):
        make_run(tmp_path / "new" / f"seed-{seed}", seed=seed)
    runs = {str(seed): f"old/seed-{seed}" for seed in (0, 1)}
    (tmp_path / "new" / "seeds.json").write_text(json.dumps({"runs": runs}))
    found = [Path("new/seed-0"), Path("new/seed-1")]
    assert found_runs(["new"]) == found_runs(["new/seeds.json", "new/seed-1"]) == found
    (tmp_path / "new" / "folds.json").write_text("{")
    with pytest.raises(UsageError):
        found_runs(["new/folds.json"])
    with pytest.raises(UsageError):
        found_runs(["nothing"])


def test_the_time_is_what_computing_took_also_of_reused_stages(tmp_path: Path) -> None:
    reused = {"status": "reused", "seconds": 0.1, "computed_in": 5.0}
    stages = {"train": {"status": "ran", "seconds": 2.0}, "evaluate": reused}
    assert ComparedRun.of(make_run(tmp_path / "a", stages=stages)).seconds == 7.0
    stages = {"train": {"status": "resumed", "seconds": 2.0}}
    assert ComparedRun.of(make_run(tmp_path / "b", stages=stages)).seconds is None
