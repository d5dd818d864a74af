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


def test_without_a_browser_it_says_where_the_page_is(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    page = run_folder() / "report.html"
    page.write_text("")
    done = cli("open", "a")
    assert done.status == 3
    assert f"open {page.resolve()} in one" in done.err
