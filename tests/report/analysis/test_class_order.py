"""Classes that are confused with each other become neighbours."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from cifar_pipe.report.analysis.class_order import by_similarity


def test_groups_that_are_confused_among_themselves_are_together() -> None:
    groups = np.random.default_rng(0).permutation(18) // 6
    counts = [
        [90 if i == j else 9 if groups[i] == groups[j] else 1 for j in range(18)] for i in range(18)
    ]
    found = [int(groups[place]) for place in by_similarity(counts)]
    assert len([1 for one, other in pairwise(found) if one != other]) == 2


def test_a_chain_is_put_in_its_order() -> None:
    places = [3, 0, 4, 1, 2]
    counts = [[50 if a == b else 10 * (abs(a - b) == 1) for b in places] for a in places]
    assert [places[place] for place in by_similarity(counts)] in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0])


@pytest.mark.parametrize(
    "counts",
    [
        [],
        [[3]],
        [[3, 1], [1, 3]],
        np.eye(4, dtype=int).tolist(),
        [[5, 0, 0, 0]] * 4,
        np.ones((4, 4), dtype=int).tolist(),
    ],
)
def test_where_no_order_is_better_it_is_the_one_declared(counts: list[list[int]]) -> None:
    assert by_similarity(counts) == list(range(len(counts)))
