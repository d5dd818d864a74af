"""What holds of every page: it is quiet, complete, accessible, and fits screens and paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.browser.opened import NARROW, WIDE, Opened, Visit
from tests.browser.runs import PAGES

CHARTS = {
    "main job": 1,
    "resnet": 1,
    "100 classes": 2,
    "chinese": 2,
    "failed": 2,
    "diverged": 1,
    "interrupted": 1,
    "stand-in": 2,
    "five trainings": 6,
    "folds": 2,
    "seeds": 2,
    "comparison": 2,
    "chinese comparison": 4,
    "chinese why": 1,
    "hostile": 1,
}
SHEETS = {"100 classes": 12, "five trainings": 14, "resnet": 10}


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def page(visit: Visit, name: str) -> Iterator[Opened]:
    """Opened once for all tests, with all that is folded open."""
    with visit(name) as found:
        found.open_all()
        yield found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible(page: Opened, dark: bool) -> None:
    page.look(dark=dark)
    # Light and dark differ in nothing but colours.
    assert page.complaints(only_contrast=dark) == []


def test_every_chart_is_there(page: Opened, name: str) -> None:
    page.look()
    charts = page.charts()
    assert len(charts) >= CHARTS[name]
    for one in charts:
        assert one["width"] > 200, one
        assert one["height"] > 40, one
        assert one["label"], one


def test_headings_leave_out_no_level(page: Opened) -> None:
    levels = page.headings()
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(one, next_one) for one, next_one in pairwise(levels) if next_one > one + 1] == []


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_is_no_wider_than_its_window(page: Opened, width: int) -> None:
    page.look(width=width)
    assert page.overflow() == 0


def test_dark_is_dark_and_nothing_moves(page: Opened) -> None:
    shades = []
    for dark in (False, True):
        page.look(dark=dark)
        colour = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades.append(sum(map(int, re.findall(r"\d+", colour)[:3])))
        assert page.page.evaluate("document.getAnimations().length") == 0
    light, dark_shade = shades
    assert light > 600
    assert dark_shade < 200


def test_it_prints_on_a_few_sheets(visit: Visit, name: str) -> None:
    with visit(name) as found:
        sheets = len(re.findall(rb"/Type\s*/Page\b", found.page.pdf(format="A4")))
    assert 1 <= sheets <= SHEETS.get(name, 8)


def test_it_is_quiet_and_asks_for_nothing(page: Opened) -> None:
    assert page.broken_images() == []
    assert page.noise == []
    assert page.requested == []
