"""Pipeline files and runs, as a shell completes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Completed = Callable[[str], list[str]]


@pytest.fixture
def made(tmp_path: Path) -> None:
    for name in (
        "mine.yaml",
        "notes.md",
        "pipelines/a/one.yml",
        "pipelines/two.yaml",
        ".ci/x.yaml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for name in ("runs/small/1-a", "runs/small/2-b", "runs/large/3-c", "runs/other/none"):
        (tmp_path / name).mkdir(parents=True)
        if not name.endswith("none"):
            (tmp_path / name / "run.json").write_text("{}")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("command", ["run", "status", "validate", "show"])
def test_pipeline_files_are_found_in_folders_below(completed: Completed, command: str) -> None:
    assert completed(f"{command} ") == ["mine.yaml", "pipelines/a/one.yml", "pipelines/two.yaml"]
    assert completed(f"{command} pipelines/t") == ["pipelines/two.yaml"]
    assert completed(f"{command} nowhere/") == []


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("command", ["open", "report", "compare", "why", "predict", "export"])
def test_runs_are_offered_by_name_and_by_directory(completed: Completed, command: str) -> None:
    assert completed(f"{command} ") == ["small", "large"]
    assert completed(f"{command} runs/s") == ["runs/small/2-b", "runs/small/1-a"]
    assert completed(f"{command} small/") == ["small/2-b", "small/1-a"]


@pytest.mark.usefixtures("made")
def test_doctor_takes_both(completed: Completed) -> None:
    assert completed("doctor ") == [
        "mine.yaml",
        "pipelines/a/one.yml",
        "pipelines/two.yaml",
        "small",
        "large",
    ]
