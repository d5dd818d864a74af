from __future__ import annotations

import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Done

Cli = Callable[..., Done]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: found.append(url) is None)
    return found


def run_folder() -> Path:
    folder = Path("a")
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    return folder


def test_the_page_is_opened(cli: Cli, opened: list[str]) -> None:
    page = run_folder() / "report.html"
    assert cli("open", "a").status == 3
    page.write_text("")
    assert cli("open", "a").out == "a/report.html\n"
    assert opened == [page.resolve().as_uri()]


def test_a_name_opens_its_newest_run_and_a_page_itself(cli: Cli, opened: list[str]) -> None:
    run = Path("runs/mine/1")
    run.mkdir(parents=True)
    (run / "run.json").write_text('{"name": "mine", "status": "done"}')
    for page in (run / "report.html", Path("runs/comparisons.html")):
        page.write_text("")
    assert cli("open", "mine").out == "runs/mine/1/report.html\n"
    assert cli("open", "runs/comparisons.html").status == 0
    assert opened[-1].endswith("runs/comparisons.html")


def test_without_a_browser_it_says_where_the_page_is(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    page = run_folder() / "report.html"
    page.write_text("")
    done = cli("open", "a")
    assert done.status == 3
    assert f"open {page.resolve()} in one" in done.err
