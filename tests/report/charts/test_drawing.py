"""Charts as vl-convert draws them: the one test of them that starts its process draws all at once."""

from __future__ import annotations

import base64
import io
import re
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from cifar_pipe.report.charts import drawing
from cifar_pipe.report.charts.drawing import SWITCH, Drawings, begin_drawing, start
from cifar_pipe.report.charts.look import LIGHT
from tests.report.charts.samples import HOSTILE, samples

CHARTS = samples()


def draw(*names: str, files: bool = False, pictures: bool = True) -> Drawings:
    return begin_drawing({name: CHARTS[name] for name in names}, files=files, pictures=pictures)()


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Charts are drawn; gives the folder in which the library is kept."""
    monkeypatch.delenv(SWITCH)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(drawing, "_RENDERER", drawing._Renderer())
    return tmp_path / "cifar-pipe"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawings:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        start()
        found = begin_drawing(CHARTS, files=True)()
    assert found.lack == ""
    return found


@pytest.mark.parametrize("name", [name for name, one in CHARTS.items() if not one.raster])
def test_every_chart_becomes_an_svg_in_the_colours_of_the_page(drawn: Drawings, name: str) -> None:
    text = drawn.on_a_page(CHARTS[name])
    assert text is not None
    ET.fromstring(text)
    assert "var(--accent)" in text
    assert HOSTILE not in text
    assert not any(value in text for value in LIGHT.values())


def test_an_axis_of_two_steps_has_whole_numbers_each_once(drawn: Drawings) -> None:
    steps, *_ = re.findall(
        r"role-axis-label.*?</g>", drawn.on_a_page(CHARTS["band"]) or "", re.DOTALL
    )
    assert re.findall(r">([^<]+)</text>", steps) == ["0", "1", "2"]


@pytest.mark.parametrize("name", list(CHARTS))
def test_every_chart_becomes_a_png_in_light_colours(drawn: Drawings, name: str) -> None:
    content = drawn.png(CHARTS[name])
    assert content is not None
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.width >= 880
        assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
        assert len(picture.convert("RGB").getcolors(10**7) or ()) > 10


def test_the_library_can_end_no_element_and_asks_for_nothing(drawn: Drawings) -> None:
    assert drawn.library is not None
    assert "vegaEmbed" in drawn.library
    assert "</script" not in drawn.library
    assert "<!--" not in drawn.library


def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    path = tmp_path / "child.py"
    path.write_text(code)
    monkeypatch.setattr(drawing, "CHILD", path)


JOBS = "import sys, json; jobs = json.loads(sys.stdin.readline())['jobs']\n"


def test_the_library_is_kept_and_pictures_are_drawn_once(
    switched_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "PNG")
    pictures = {"svg": "<svg/>", "png": base64.b64encode(content.getvalue()).decode()}
    each = f"for kind, _ in jobs: print(json.dumps({pictures}[kind]))"
    child(tmp_path, monkeypatch, f"{JOBS}{each}\nprint(json.dumps('a</script>'))")
    # A raster is the same picture in a page and in a file: it is drawn once.
    first = draw("loss", "large", files=True)
    assert len(first.pictures) == 3
    assert first.library == r"a<\/script>"
    assert [one.read_text() for one in switched_on.iterdir()] == [first.library]
    child(tmp_path, monkeypatch, "raise SystemExit('not asked again')")
    assert draw("loss", "large", files=True) == first
    assert draw("rate", pictures=False).library == first.library


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(1)",
        "print('no json')",
        "print('[1]')",
        "print('[1]\\n[2]')",
        "import time; time.sleep(60)",
        "import os; os.abort()",
    ],
)
def test_where_nothing_can_be_drawn_it_says_so(
    switched_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    child(tmp_path, monkeypatch, code)
    monkeypatch.setattr(drawing, "LIMIT_SECONDS", 1.0)
    found = draw("loss")
    assert found.on_a_page(CHARTS["loss"]) is None
    assert "could not draw the charts here" in found.lack
    assert not switched_on.exists()


def test_a_library_that_was_kept_serves_where_nothing_can_be_drawn(
    switched_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched_on.mkdir()
    drawing._library_path().write_text("kept")
    child(tmp_path, monkeypatch, "raise SystemExit(1)")
    found = draw("loss")
    assert found.library == "kept"
    assert "without JavaScript their values are in tables" in found.lack
    assert draw("loss", pictures=False).lack == ""


def test_a_chart_that_cannot_be_drawn_is_left_out(
    switched_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = "'null', *['\"<svg/>\"'] * (len(jobs) - 1), '\"a\"', sep='\\n'"
    child(tmp_path, monkeypatch, f"{JOBS}print({answers})")
    found = draw("loss", "rate")
    assert [found.on_a_page(CHARTS[name]) for name in ("loss", "rate")] == [None, "<svg/>"]


def test_without_the_package_it_says_what_to_install(
    switched_on: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "_version", lambda: None)
    start()
    assert "pip install vl-convert-python" in draw("loss").lack


@pytest.mark.usefixtures("switched_on")
def test_charts_are_drawn_where_the_system_allows_no_more_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(
        drawing._Renderer, "_answers", lambda *_, **__: (yield from ("<svg/>", "js"))
    )
    found = draw("band")
    assert (found.on_a_page(CHARTS["band"]), found.library) == ("<svg/>", "js")
