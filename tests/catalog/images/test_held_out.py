from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cifar_pipe.catalog.images.held_out import held_out_per_class


@pytest.mark.parametrize(
    ("counts", "taken", "held"),
    [
        ([100, 50, 50], 20, [10, 5, 5]),
        ([178, 182, 177], 54, [18, 18, 18]),
        ([20, 20, 2], 4, [2, 1, 1]),  # the rare class gives one, and keeps one
        ([1, 1, 5], 2, [0, 0, 2]),  # a single image is trained on
        ([3, 9, 3], 2, [1, 1, 0]),  # fewer than the classes: from the largest
        ([1, 1], 1, [1, 0]),
        ([5], 3, [3]),
        ([2, 2], 4, [2, 2]),
        ([4, 0, 4], 2, [1, 0, 1]),
    ],
)
def test_every_class_gives_its_share_and_at_least_one(
    counts: list[int], taken: int, held: list[int]
) -> None:
    assert held_out_per_class(counts, taken) == held


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_one_more_takes_none_back(counts: list[int]) -> None:
    results = [held_out_per_class(counts, taken) for taken in range(sum(counts) + 1)]
    assert [sum(one) for one in results] == list(range(sum(counts) + 1))
    for less, more in pairwise(results):
        assert all(a <= b for a, b in zip(less, more, strict=True))
    assert results[-1] == counts
