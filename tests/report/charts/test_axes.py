from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cifar_pipe.report.charts.axes import (
    SMALL,
    WIDTH,
    nice_ticks,
    note,
    note_width,
    round_numbers,
    tick_texts,
    title,
)
from cifar_pipe.report.drawing.scene import text_width

numbers = st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: 0.0 if abs(x) < 1e-12 else x)


def test_round_numbers_are_1_2_and_5_times_powers_of_ten() -> None:
    assert list(islice(round_numbers(), 8)) == [1, 2, 5, 10, 20, 50, 100, 200]


def test_a_note_is_smaller_and_paler_than_a_title() -> None:
    small, large = note(1, 2, "step", "middle", 90), title("loss")
    assert (small.x, small.y, small.text, small.anchor, small.angle) == (1, 2, "step", "middle", 90)
    assert small.size == SMALL < large.size
    assert (small.colour, large.colour) == ("muted", "ink")


def test_the_width_of_a_note_is_that_of_its_letters() -> None:
    assert 0 < note_width("step") == text_width("step", size=SMALL) < WIDTH


@given(numbers, numbers, st.integers(2, 12))
def test_ticks_enclose_the_values_evenly_and_are_about_as_many_as_asked_for(
    a: float, b: float, count: int
) -> None:
    low, high = sorted((a, b))
    ticks = nice_ticks(low, high, count=count)
    step = ticks[1] - ticks[0]
    slack = 1e-5 * step + 1e-9 * max(abs(low), abs(high))
    assert 2 <= len(ticks) <= 2 * count + 2
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert all(y - x == pytest.approx(step, rel=1e-3) for x, y in pairwise(ticks))


@given(numbers, numbers)
def test_every_tick_has_a_text_of_its_own(a: float, b: float) -> None:
    low, high = sorted((a, b))
    if high - low > 1e-6 * max(abs(low), abs(high)):
        ticks = nice_ticks(low, high)
        if max(map(abs, ticks)) < 1e9 and max(map(abs, ticks)) >= 1e-4:
            texts = tick_texts(ticks)
            assert len(set(texts)) == len(ticks)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 25000, ["0", "10,000", "20,000", "30,000"]),
        (1.19, 2.2, ["1.00", "1.25", "1.50", "1.75", "2.00", "2.25"]),
        (0.1, 0.1, ["0.090", "0.095", "0.100", "0.105", "0.110"]),
        (0, 0, ["-0.50", "-0.25", "0.00", "0.25", "0.50"]),
    ],
)
def test_tick_texts_have_the_decimals_that_tell_them_apart(
    low: float, high: float, texts: list[str]
) -> None:
    assert tick_texts(nice_ticks(low, high)) == texts


def test_shares_are_written_in_percent() -> None:
    assert tick_texts([0.0, 0.5, 1.0], percent=True) == ["0\u00a0%", "50\u00a0%", "100\u00a0%"]
