from __future__ import annotations

import pytest

from cifar_pipe.compose.reference_hints import Names, is_arithmetic


@pytest.mark.parametrize(("text", "expected"), [(" * 2", True), ("px-", False), (" 2", False)])
def test_numbers_and_signs_around_a_reference_are_arithmetic(*, text: str, expected: bool) -> None:
    assert is_arithmetic(text) is expected


@pytest.mark.parametrize(
    ("reference", "near"),
    [
        ("var.width", "vars.width"),
        ("width", "vars.width"),
        ("widht", "vars.width"),
        ("num_classes", "data.num_classes"),
        ("{vars.width}", "vars.width"),
        ("{ width }", "vars.width"),
        ("vars", "vars.NAME"),
        ("vars.", "vars.NAME"),
        ("var.a.", None),
        ("unheard", None),
    ],
)
def test_the_nearest_reference_outside_of_blocks(reference: str, near: str | None) -> None:
    assert Names(["width"], None).nearest_to(reference) == near


@pytest.mark.parametrize(
    ("reference", "near"),
    [("block", "block.size"), ("blok.size", "block.size"), ("sise", "block.size")],
)
def test_in_a_block_its_parameters_may_be_meant(reference: str, near: str) -> None:
    assert Names(["width"], ["size"]).nearest_to(reference) == near


def test_a_sum_begins_with_a_right_name() -> None:
    names = Names(["width"], ["size"])
    assert names.begins_sum("vars.width * 2")
    assert names.begins_sum("block.size + 1")
    assert names.begins_sum("data.channels/2")
    assert not names.begins_sum("vars.other * 2")
    assert not names.begins_sum("vars.width")
