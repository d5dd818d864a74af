"""A real browser, and the pages that it opens: each is made once per session.

CIFAR_PIPE_BROWSER is the path of a Chromium, or `playwright` for the one that `playwright install
chromium` has fetched.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.opened import Visit, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSER = os.environ.get("CIFAR_PIPE_BROWSER", "")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not BROWSER:
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(pytest.mark.skip(reason="needs CIFAR_PIPE_BROWSER"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = None if BROWSER == "playwright" else BROWSER
    with sync_playwright() as playwright:
        # A container has no sandbox of its own for Chromium, and these pages are ours.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The file of a page of `PAGES`, made when it is first asked for."""
    from tests.browser.runs import PAGES

    made: dict[str, Path] = {}

    def path_of(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name.replace(" ", "_"))
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                patch.delenv("CIFAR_PIPE_CHARTS", raising=False)
                made[name] = PAGES[name](command_line(patch)).absolute()
        return made[name]

    return path_of


@pytest.fixture(scope="session")
def visit(browser: Browser, page_of: Callable[[str], Path]) -> Visit:
    return lambda name, **how: opened(browser, page_of(name), **how)


def command_line(patch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `cifar-pipe` with the arguments in this process; its exit status."""
    from cifar_pipe.__main__ import main

    patch.setattr("signal.signal", lambda *_: None)

    def run(*arguments: str) -> int:
        patch.setattr(sys, "argv", ["cifar-pipe", *arguments])
        try:
            main()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
        return 0

    return run
