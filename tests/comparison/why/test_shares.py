"""The shares of settings in a difference."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from cifar_pipe.comparison.why.shares import Design, Variant, design_of, grouped


def values(design: Design, of: Callable[[Variant], float]) -> dict[Variant, float]:
    return {variant: of(variant) for variant in design.variants}


def strange(variant: Variant) -> float:
    """With everything acting together."""
    return (
        sum((at + 1) ** 2 for at in variant) * 0.1 + 0.7 * len(variant) ** 3 - 2.0 * (1 in variant)
    )


def test_shares_are_means_over_all_orders_and_sum_to_the_difference() -> None:
    design = design_of(4)
    found = design.shares(values(design, strange))
    steps: list[list[float]] = [[] for _ in range(4)]
    for order in permutations(range(4)):
        for place, at in enumerate(order):
            before = frozenset(order[:place])
            steps[at].append(strange(before | {at}) - strange(before))
    assert found == pytest.approx([sum(one) / len(one) for one in steps])
    assert sum(found) == pytest.approx(strange(frozenset(range(4))) - strange(frozenset()))
    assert design.left_over(values(design, strange)) == 0


@pytest.mark.parametrize(("count", "runs"), [(1, 2), (2, 4), (3, 8), (4, 16), (5, 12), (8, 18)])
def test_many_settings_take_two_runs_each(count: int, runs: int) -> None:
    variants = design_of(count).variants
    assert len(variants) == len({*variants}) == runs
    assert (variants[0], variants[-1]) == (frozenset(), frozenset(range(count)))
    assert len(design_of(count, full=True).variants) == 2**count


def test_changing_first_and_last_is_exact_where_settings_act_in_pairs_at_most() -> None:
    def in_pairs(variant: Variant) -> float:
        return sum(0.5 + at for at in variant) + 0.25 * len(variant) * (len(variant) - 1)

    few, full = Design(5, is_full=False), Design(5, is_full=True)
    few_values = values(few, in_pairs)
    assert few.shares(few_values) == pytest.approx(full.shares(values(full, in_pairs)))
    assert few.left_over(few_values) == pytest.approx(0)
    assert few.left_over(values(few, strange)) != pytest.approx(0, abs=0.1)
    assert few.first(few_values, 2) == 2.5
    assert few.last(few_values, 2) == pytest.approx(2.5 + 0.25 * 8)


def test_settings_of_which_mixtures_are_refused_are_changed_together() -> None:
    """Here 0 and 2 only work together."""
    groups = [(0,), (1,), (2,)]
    refused = [one for one in design_of(3).variants if len({0, 2} & one) == 1]
    assert grouped(groups, dict.fromkeys(refused)) == (0, 2)
    assert grouped(groups, {}) is None
