from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Done

Cli = Callable[..., Done]


def test_the_page_of_a_run_is_written_anew(cli: Cli, mine: Path) -> None:
    titled = ("-S", "report={path: page.html, title: Mine}")
    assert cli("run", mine.name, "--run-dir", "a", *titled).status == 0
    before = Path("a/page.html").read_text()
    assert "<title>Mine" in before
    Path("a/page.html").unlink()
    done = cli("report", "a")
    assert (done.status, done.out) == (0, "a/page.html\n")
    assert Path("a/page.html").read_text() == before


def test_a_run_without_a_report_stage_has_the_usual_page(cli: Cli, mine: Path) -> None:
    assert cli("run", mine.name, "--run-dir", "a", "-S", "report=null").status == 0
    assert Path("a/report.html").exists()
    assert cli("report", "a").out == "a/report.html\n"


def test_a_name_is_that_of_its_newest_run(cli: Cli, mine: Path) -> None:
    assert cli("run", mine.name).status == 0
    (run,) = Path("runs/lenet").iterdir()
    assert cli("report", "lenet").out == f"{run}/report.html\n"


@pytest.mark.parametrize("command", ["report", "open"])
def test_a_folder_that_is_no_run_is_wrong_usage(cli: Cli, command: str) -> None:
    done = cli(command, "nowhere")
    assert (done.status, done.out) == (2, "")
    assert "there is no run nowhere" in done.err
