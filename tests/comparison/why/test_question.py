"""Which setting makes the difference, from what the variants have measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.comparison.runs import ComparedRun
from cifar_pipe.comparison.statistics import mean_of
from cifar_pipe.comparison.why import question as module
from cifar_pipe.comparison.why.question import ask, seeds_of
from cifar_pipe.errors import RunError
from cifar_pipe.runner.run import RunOptions
from tests.comparison.kit import make_run
from tests.comparison.why.kit import answered, question
from tests.kit import RecordedEvents


def test_shares_are_computed_of_each_seed_and_then_averaged(tmp_path: Path) -> None:
    """What a seed does to all variants cancels out: the second setting adds 0.1 with each."""
    measured = {
        "A": (0.3, 0.5, 0.4),
        "A+1": (0.3, 0.5, 0.4),
        "A+2": (0.4, 0.6, 0.5),
        "B": (0.42, 0.6, 0.54),
    }
    found = answered(question(tmp_path), measured)
    first, second = found.shares
    assert first.share.value == pytest.approx(0.01)
    assert first.share.interval == pytest.approx(mean_of([0.01, 0.0, 0.02]).interval)
    assert second.share.value == pytest.approx(0.11)
    assert second.alone.value == pytest.approx(0.1)
    assert second.last.value == pytest.approx(0.12)
    assert second.share.is_clear
    assert found.total.value == pytest.approx(first.share.value + second.share.value)
    assert found.left_over is None
    assert found.largest is second


def test_the_same_question_has_the_same_runs(tmp_path: Path) -> None:
    asked = question(tmp_path)
    runs = list(asked.runs())
    assert [one.seed for one in runs] == [0] * 4 + [1] * 4 + [2] * 4
    assert runs[0].run_dir.name == "A-seed-0"
    assert runs[0].run_dir.parent == asked.folder
    assert asked.folder.parts[:2] == ("runs", "lenet.why")


def test_the_seeds_begin_with_that_of_the_first_run(tmp_path: Path) -> None:
    assert seeds_of(ComparedRun.of(make_run(tmp_path / "s", seed=7)), 3) == (7, 8, 9)


def test_a_variant_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RunError("the loss is NaN", help="try a smaller learning rate")

    monkeypatch.setattr(module, "run", fail)
    with pytest.raises(RunError) as caught:
        ask(question(tmp_path), RunOptions(RecordedEvents()))
    assert caught.value.message == "the variant A, seed 0 failed: the loss is NaN"
    assert "try a smaller learning rate" in caught.value.help
