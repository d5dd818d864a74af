from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from cifar_pipe.diagnostics.terminal_width import width_of
from cifar_pipe.report.charts.numbers import LONGEST, labels, round_numbers


def test_round_numbers_are_1_2_and_5_times_powers_of_ten() -> None:
    assert list(islice(round_numbers(), 8)) == [1, 2, 5, 10, 20, 50, 100, 200]


def test_long_names_keep_their_beginning_and_their_end() -> None:
    assert labels(["cat", "a very long class name, number one"]) == [
        "cat",
        "a very long class…mber one",
    ]


@given(st.lists(st.text(max_size=40), max_size=12))
def test_labels_are_short_and_never_the_same(names: list[str]) -> None:
    found = labels(names)
    assert len(set(found)) == len(names)
    assert all(width_of(one) <= LONGEST + len(" (12)") for one in found)


def test_a_chinese_letter_takes_the_room_of_two() -> None:
    (label,) = labels(["一艘停在港口里的大轮船和一辆火车"])
    assert label == "一艘停在港口里的…一辆火车"
