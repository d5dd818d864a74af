"""Where the time of a profiled run went, as its page shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.tables.profile_table import Expected, Part, forecast_parts, profile_parts


def parts(folder: Path, *rows: dict[str, Any]) -> list[Part]:
    (folder / "run.json").write_text(json.dumps({"profile": {"parts": rows}}))
    return profile_parts(RunFolder(folder))


def row(stage: str, part: str, seconds: float, *, beside: bool = False) -> dict[str, Any]:
    return {"stage": stage, "part": part, "calls": 2, "seconds": seconds, "beside": beside}


def test_the_longest_part_comes_first(tmp_path: Path) -> None:
    found = parts(tmp_path, row("train", "gather", 1), row("train", "forward", 3))
    assert found == [Part("train", "forward", 2, 3, 0.75), Part("train", "gather", 2, 1, 0.25)]


def test_what_is_left_of_a_stage_is_called_so(tmp_path: Path) -> None:
    inside, rest = parts(tmp_path, row("train", "step", 2), row("train", "train", 1))
    assert (inside.name, rest.name) == ("step", "all else of the stage")
    (whole,) = parts(tmp_path, row("save", "save", 1))
    assert whole.name == "the whole stage"


def test_work_of_other_threads_is_no_share_of_the_run(tmp_path: Path) -> None:
    rows = row("load_data", "load_data", 2), row("load_data", "decode", 3, beside=True)
    assert [(one.name, one.share) for one in parts(tmp_path, *rows)] == [
        ("decode in other threads", None),
        ("all else of the stage", 1.0),
    ]


def test_small_parts_are_one_row(tmp_path: Path) -> None:
    small = [row("train", f"part {number}", 0.01) for number in range(3)]
    found = parts(tmp_path, row("train", "forward", 9.97), *small)
    assert [one.name for one in found] == ["forward", "all else"]
    assert round(found[1].seconds, 3) == 0.03


def test_a_run_that_was_not_profiled_has_none(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    assert profile_parts(RunFolder(tmp_path)) == []


def test_a_forecast_is_held_against_what_the_stage_took(tmp_path: Path) -> None:
    stages = {
        "train": {"status": "ran", "seconds": 10.0},
        "load_data": {"status": "reused", "seconds": 0.1},
        "evaluate": {"status": "failed", "seconds": 0.2},
    }
    forecast = {"train": 9.0, "load_data": 3.0, "evaluate": 1.0, "report": 1.0}
    run = {"stages": stages, "profile": {"parts": [], "forecast": forecast}}
    (tmp_path / "run.json").write_text(json.dumps(run))
    (found,) = forecast_parts(RunFolder(tmp_path))
    assert found == Expected("train", 9.0, 10.0)
    assert round(found.off, 3) == -0.1
