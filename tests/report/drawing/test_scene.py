from __future__ import annotations

from typing import get_args

from cifar_pipe.report.drawing.scene import LIGHT, Colour, shortened, text_width


def test_texts_that_are_too_wide_are_shortened() -> None:
    text = shortened("a very long class name indeed", 80)
    assert text.endswith("…")
    assert text_width(text) <= 80
    assert shortened("cat", 80) == "cat"


def test_a_larger_letter_is_wider_and_a_no_break_space_is_a_space() -> None:
    assert text_width("cat", size=24) > text_width("cat") > text_width("ca")
    assert text_width("50\u00a0%") == text_width("50 %")


def test_the_width_may_be_measured_in_letters() -> None:
    assert shortened("abcdef", 4, width_of=len) == "abc…"


def test_every_colour_has_its_value() -> None:
    assert set(LIGHT) == set(get_args(Colour))
