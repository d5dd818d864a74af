"""The page is written anew while a run goes on, and takes little of its time."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from cifar_pipe.report import page
from cifar_pipe.report.refresh import Refresh


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_page_is_there_before_the_run_has_ended(run_dir: Path) -> None:
    clock = Clock()
    told = Refresh(run_dir, clock)
    told({"step": 1})
    assert not (run_dir / "report.html").exists()
    clock.now = 61.0
    told({"step": 2})
    assert "cifar10_lenet" in (run_dir / "report.html").read_text()


def test_writing_it_takes_a_fiftieth_of_the_time(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, written = Clock(), list[float]()
    told = Refresh(run_dir, clock)

    def write(*_: object, draw: functools.partial[object]) -> None:
        assert draw.keywords == {"pictures": False}, "they would be drawn anew each time"
        clock.now += 2.0
        written.append(clock.now)

    monkeypatch.setattr(page, "write_page", write)
    for second in range(1000):
        clock.now = max(clock.now, float(second))
        told({"step": second})
    assert written == [62.0, 164.0, 266.0, 368.0, 470.0, 572.0, 674.0, 776.0, 878.0, 980.0]


def test_where_it_cannot_be_written_the_run_goes_on(run_dir: Path) -> None:
    (run_dir / "report.html").mkdir()
    clock = Clock()
    told = Refresh(run_dir, clock)
    clock.now = 61.0
    told({"step": 1})
