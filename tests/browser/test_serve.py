"""`cifar-pipe serve`: a picture is given to its page, and it says what it is."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.opened import NARROW, WIDE, Opened, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FileChooser


def picture() -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def address(page_of: Callable[[str], Path]) -> Iterator[str]:
    """That of a server of the run with Chinese names."""
    folder = page_of("chinese").parent
    code = "from cifar_pipe.__main__ import main; main()"
    command = [sys.executable, "-c", code, "serve", str(folder), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder.parent
    ) as process:
        assert process.stdout
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


@pytest.fixture
def served(browser: Browser, address: str) -> Iterator[Opened]:
    with opened(browser, address) as found:
        yield found
        assert found.requested == []


def choose(served: Opened, content: bytes, name: str = "mine.png") -> None:
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    served.page.get_by_label("choose a file").set_input_files(file)


# What a file manager hands to a page, and what the clipboard does.
GIVEN = """([kind, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "given.png", {type: "image/png"}));
  const event = kind === "drop"
    ? new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true})
    : new ClipboardEvent(kind, {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector("main").dispatchEvent(event);
}"""


def assert_answered(served: Opened) -> None:
    page = served.page
    page.get_by_role("table").wait_for()
    rows = page.get_by_role("table").locator("tbody tr")
    assert rows.count() == 5
    shares = [float(one[:-2]) for one in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    best = rows.first.get_by_role("rowheader").inner_text()
    assert page.get_by_role("heading", level=2).inner_text() == f"{best}: {shares[0]:.1f} %"
    shown = page.get_by_role("img")
    assert shown.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 64


def test_a_picture_is_chosen(served: Opened) -> None:
    choose(served, picture())
    assert_answered(served)
    assert served.page.get_by_role("img").get_attribute("alt") == "the picture mine.png"
    assert served.noise == []


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(served: Opened, kind: str) -> None:
    served.page.evaluate(GIVEN, [kind, base64.b64encode(picture()).decode()])
    assert_answered(served)
    assert served.noise == []


def test_a_file_that_is_no_picture_is_told_and_the_next_one_works(served: Opened) -> None:
    choose(served, b"no picture", "letter.png")
    told = served.page.get_by_role("alert")
    told.wait_for()
    assert "JPEG, PNG or WebP" in told.inner_text()
    assert served.page.get_by_role("table").count() == 0
    choose(served, picture())
    assert_answered(served)
    assert not told.is_visible()


def test_it_is_used_with_the_keyboard_alone(served: Opened) -> None:
    page = served.page
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda one: choosers.append(one))  # noqa: PLW0108
    # Until the browser hands its choosers over.
    page.wait_for_timeout(500)
    page.keyboard.press("Tab")
    for key in ("Enter", "Space", "Enter", "Space"):
        if not choosers:
            page.keyboard.press(key)
            page.wait_for_timeout(1000)
    choosers[0].set_files({"name": "mine.png", "mimeType": "image/png", "buffer": picture()})
    assert_answered(served)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("listitem").first.is_visible()
    assert page.get_by_role("listitem").count() == 10


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible_and_fits(browser: Browser, address: str, dark: bool) -> None:
    with opened(browser, address, dark=dark) as found:
        assert found.complaints() == []
        choose(found, picture())
        found.page.get_by_role("table").wait_for()
        found.open_all()
        assert found.complaints() == []
        for width in (NARROW, WIDE):
            found.look(width=width, dark=dark)
            assert found.overflow() == 0
        assert found.noise == []
        assert found.requested == []
