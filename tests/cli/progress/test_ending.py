"""The last words of a run."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from cifar_pipe.cli.progress.ending import write_ending
from cifar_pipe.diagnostics.terminal_width import width_of

HOSTILE = "a\x1b]0;T\x07[red]图"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    metrics = {
        "split": "test",
        "images": 400,
        "accuracy": 0.25,
        "accuracy_interval": [0.21, 0.295],
        "per_class_accuracy": {"cat": 0.4, HOSTILE: 0.1},
    }
    warning = {"stage": "train", "message": "it still improves", "help": "train longer"}
    state = {"name": "small", "status": "done", "metrics": {"evaluate": metrics}}
    (tmp_path / "run.json").write_text(json.dumps({**state, "warnings": [warning]}))
    (tmp_path / "resolved.yaml").write_text("stages: {evaluate: {}}\n")
    (tmp_path / "stages" / "evaluate").mkdir(parents=True)
    (tmp_path / "stages" / "evaluate" / "metrics.json").write_text(json.dumps(metrics))
    return tmp_path


def test_elsewhere_than_on_a_terminal_they_are_plain_lines(
    run_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_ending(run_dir, Path("runs/small/report.html"), 83.2)
    captured = capsys.readouterr()
    title, result, noticed, help_, page = captured.err.splitlines()
    assert captured.out == ""
    assert title == "small: done in 1 min 23 s"
    assert result.startswith("25.0 % ± 4.2 on 400 test images")
    assert "\x1b" not in result
    assert (noticed, help_) == ("train: it still improves", "  = help: train longer")
    assert page == "page: runs/small/report.html"


@pytest.mark.parametrize("columns", [40, 80])
def test_on_a_terminal_they_are_in_a_box(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    write_ending(run_dir, Path("runs/report.html"), 5.0)
    text = terminal.getvalue()
    assert {width_of(line) for line in text.splitlines()} == {columns}
    assert text.startswith("╭─ small: done in 5.0 s ─")
    assert "page: runs/report.html" in text
    assert "\x1b" not in text
    assert "[red]图" in text


def test_a_path_that_is_too_long_is_below_the_box(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    long = Path("runs", "x" * 50, "report.html")
    write_ending(run_dir, long, 5.0)
    assert terminal.getvalue().splitlines()[-1] == f"page: {long}"
