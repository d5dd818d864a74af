from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.settings import setting_parts
from tests.report.conftest import charts

POINTS = [{"lr": 10.0 ** (at / 5 - 5), "loss": 2.3, "smoothed": 2.3 - at / 50} for at in range(30)]
FOUND: dict[str, Any] = {
    "for": "train",
    "suggested": 0.02,
    "steepest": 0.1,
    "lowest": {"lr": 0.2, "loss": 1.5, "smoothed": 1.6},
    "begins": 2.3,
    "stopped": "the loss is more than 4 times its lowest",
    "points": POINTS,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stages" / "find_lr").mkdir(parents=True)
    return tmp_path


def write(folder: Path, **changes: Any) -> None:
    path = folder / "stages" / "find_lr" / "find_lr.json"
    path.write_text(json.dumps(FOUND | changes))


def test_the_page_shows_the_curve_and_what_to_try(folder: Path) -> None:
    write(folder)
    (part,) = setting_parts(RunFolder(folder))
    assert ("to try", "train.optimizer.lr=0.02") in part.facts
    assert ("loss falls most at", "0.1") in part.facts
    assert "lowest / 10 at 0.02" in part.charts["find_lr"].summary
    page = render(folder)
    assert "Settings tried out" in page
    assert "train.optimizer.lr=0.02" in page
    assert "find_lr" in charts(folder)


def test_where_nothing_was_found_it_says_so(folder: Path) -> None:
    write(folder, suggested=None, steepest=None, lowest=None)
    (part,) = setting_parts(RunFolder(folder))
    assert ("learning rate", "not found: the loss has not fallen") in part.facts
    assert "find_lr" in part.charts


def test_a_file_that_is_cut_off_does_no_harm(folder: Path) -> None:
    (folder / "stages" / "find_lr" / "find_lr.json").write_text('{"points": [{}], "lowest": 3')
    (part,) = setting_parts(RunFolder(folder))
    assert not part.charts
    render(folder)
