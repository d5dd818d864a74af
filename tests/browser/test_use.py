"""What a reader does on a page, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.opened import Opened, Visit
from tests.browser.runs import LONG
from tests.test_untrusted_names import MARKS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Press = Callable[["Locator"], None]


def by_mouse(what: Locator) -> None:
    what.click()


def by_keyboard(what: Locator) -> None:
    what.focus()
    what.press("Enter")


both_ways = pytest.mark.parametrize("press", [by_mouse, by_keyboard])


@pytest.fixture
def opened_page(visit: Visit, request: pytest.FixtureRequest) -> Iterator[Opened]:
    with visit(request.param) as found:
        yield found
        assert found.noise == []


on = pytest.mark.parametrize


@both_ways
@on("opened_page", ["main job"], indirect=True)
def test_a_table_is_sorted_by_a_head_of_a_column(opened_page: Opened, press: Press) -> None:
    table = opened_page.page.get_by_role("group", name="by class").first
    head = table.get_by_role("columnheader", name="recall")
    for order, is_reverse in (("descending", True), ("ascending", False)):
        press(head.get_by_role("button"))
        assert head.get_attribute("aria-sort") == order
        at = [one.strip() for one in table.get_by_role("columnheader").all_inner_texts()]
        column = next(index for index, one in enumerate(at) if one.startswith("recall"))
        cells = table.locator("tbody tr").locator(f"> :nth-child({column + 1})").all_inner_texts()
        shares = [float(one.replace("%", "")) for one in cells]
        assert shares == sorted(shares, reverse=is_reverse)
        assert len(set(shares)) > 1


@on("opened_page", ["100 classes"], indirect=True)
def test_a_class_is_found_among_many(opened_page: Opened) -> None:
    page = opened_page.page
    page.get_by_role("searchbox", name="Find a class").fill("species 42 ")
    rows = page.get_by_role("group", name="by class").locator("tbody tr:visible")
    assert rows.count() == 1
    assert rows.get_by_role("rowheader").inner_text() == LONG[42]
    page.get_by_text("1 of 100 shown").wait_for()


@both_ways
@on("opened_page", ["main job"], indirect=True)
def test_a_count_of_the_matrix_shows_its_images(opened_page: Opened, press: Press) -> None:
    page = opened_page.page
    matrix = page.get_by_role("group", name="confusion matrix").first
    assert page.get_by_role("link", name="Back to the matrix").count() == 0
    press(matrix.get_by_role("link").first)
    back = page.get_by_role("link", name="Back to the matrix")
    panel = page.locator("*:target")
    back.wait_for()
    assert panel.get_by_role("img").count() > 0
    assert panel.get_by_role("img").first.is_visible()
    press(back)
    back.wait_for(state="hidden")


@both_ways
@on("opened_page", ["main job"], indirect=True)
def test_the_contents_lead_to_each_part(opened_page: Opened, press: Press) -> None:
    page = opened_page.page
    links = page.get_by_role("navigation", name="contents").get_by_role("link")
    assert links.count() > 5
    for link in links.all():
        press(link)
        title = page.locator("*:target").get_by_role("heading", level=2).first
        assert title.is_visible()
        box, contents = title.bounding_box(), link.bounding_box()
        assert box
        assert contents
        # In sight, and not below the contents, which stay above it.
        assert contents["y"] + contents["height"] <= box["y"] < 900


@on("opened_page", ["chinese"], indirect=True)
def test_the_curves_tell_their_values_by_the_pointer_and_by_keys(opened_page: Opened) -> None:
    page = opened_page.page
    curves = page.get_by_role("region", name="Training").get_by_role("figure")
    curves.first.scroll_into_view_if_needed()
    loss, accuracy = (curves.nth(at).get_by_role("slider") for at in (0, 1))
    for one in (loss, accuracy):
        one.locator("svg").wait_for()
    box = loss.bounding_box()
    assert box
    found = []
    for at in (0.3, 0.8):
        page.mouse.move(box["x"] + at * box["width"], box["y"] + box["height"] / 2)
        found.append(told(loss))
        # The other chart shows the same step.
        assert told(accuracy)[0] == pytest.approx(found[-1][0], abs=60)
    assert found[0][0] < found[1][0]
    page.mouse.move(0, 0)
    assert loss.get_attribute("aria-valuetext") == "no step chosen"
    loss.focus()
    for key in ("Home", "ArrowRight", "End"):
        loss.press(key)
        found.append(told(loss))
    home, right, end = (one[0] for one in found[2:])
    assert home < right < end == 180
    assert found[-1][1]


def told(chart: Locator) -> tuple[int, list[str]]:
    """The step, and the values there."""
    step, *values = (chart.get_attribute("aria-valuetext") or "").split(", ")
    return int(step.removeprefix("step ").replace(",", "")), values


@both_ways
@on("opened_page", ["main job"], indirect=True)
def test_a_curve_is_seen_on_a_log_scale(opened_page: Opened, press: Press) -> None:
    button = opened_page.page.get_by_role("button", name="log scale").first
    button.scroll_into_view_if_needed()
    assert button.get_attribute("aria-pressed") == "false"
    for pressed in ("true", "false"):
        press(button)
        assert button.get_attribute("aria-pressed") == pressed


@on("opened_page", ["hostile"], indirect=True)
def test_names_become_no_markup(opened_page: Opened) -> None:
    page = opened_page.page
    assert page.title() == MARKS
    assert page.get_by_role("heading", level=1).inner_text() == MARKS
    assert page.locator("[onerror], img[src=x], body b").count() == 0
    scripts = page.evaluate("[...document.scripts].map((one) => one.textContent)")
    assert [one for one in scripts if one.startswith("alert")] == []
    assert page.get_by_text("Accuracy: 100 %").count() > 3
