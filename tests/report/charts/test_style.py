from __future__ import annotations

from itertools import islice

from cifar_pipe.report.charts.style import SMALL, WIDTH, note, note_width, round_numbers, title
from cifar_pipe.report.drawing.scene import text_width


def test_round_numbers_are_1_2_and_5_times_powers_of_ten() -> None:
    assert list(islice(round_numbers(), 8)) == [1, 2, 5, 10, 20, 50, 100, 200]


def test_a_note_is_smaller_and_paler_than_a_title() -> None:
    small, large = note(1, 2, "step", "middle", 90), title("loss")
    assert (small.x, small.y, small.text, small.anchor, small.angle) == (1, 2, "step", "middle", 90)
    assert small.size == SMALL < large.size
    assert (small.colour, large.colour) == ("muted", "ink")


def test_the_width_of_a_note_is_that_of_its_letters() -> None:
    assert 0 < note_width("step") == text_width("step", size=SMALL) < WIDTH
