"""What is said of the run of the same name before a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cifar_pipe.report.differences.previous_run import PreviousRun, previous_run
from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder
from tests.comparison.kit import make_run

OF_DAY = "2026-11-0{}T12:00:00+00:00"


def run(folder: Path, day: int, **more: Any) -> Path:
    return make_run(folder / f"day-{day}", started=OF_DAY.format(day), **more)


def found(path: Path) -> PreviousRun | None:
    return previous_run(RunFolder(path), "evaluate")


def test_the_last_run_that_was_done_is_compared_with_its_accuracy(tmp_path: Path) -> None:
    run(tmp_path, 1, accuracy=0.3, lr=0.1)
    run(tmp_path, 2, accuracy=0.52, lr=0.01)
    run(tmp_path, 3, status="failed", metrics={})
    run(tmp_path, 5)
    one = found(run(tmp_path, 4, accuracy=0.541))
    assert one is not None
    assert (one.name, one.when, one.page) == ("day-2", "2026-11-02 12:00", None)
    assert one.result == "52.0\u00a0%, and this one is 2.1 points better"
    assert list(one.rows) == [("train.optimizer.lr", "0.01", "0.001")]
    assert one.comparable


def test_a_run_of_another_name_and_the_first_of_its_name_have_none_before(tmp_path: Path) -> None:
    run(tmp_path, 1, name="resnet")
    assert found(run(tmp_path, 2)) is None


def test_what_is_no_setting_may_differ_too(tmp_path: Path) -> None:
    run(tmp_path, 1, git_commit="abc")
    one = found(run(tmp_path, 2, git_commit="def", seed=1))
    assert one is not None
    assert list(one.rows) == [("seed", "0", "1"), ("git commit", "abc", "def")]
    assert one.result == "50.0\u00a0%, and this one is as good"


def test_the_page_links_to_the_one_before(tmp_path: Path) -> None:
    before = run(tmp_path, 1, lr=0.1)
    (before / "report.html").write_text("<title>before</title>")
    head, _, _ = render(run(tmp_path, 2)).partition("</header>")
    assert '<a href="../day-1/report.html">2026-11-01 12:00</a>' in head
    assert "train.optimizer.lr" in head


def test_a_pipeline_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    before = run(tmp_path, 1)
    (before / "resolved.yaml").write_text("stages: [")
    one = found(run(tmp_path, 2))
    assert one is not None
    assert not one.comparable
