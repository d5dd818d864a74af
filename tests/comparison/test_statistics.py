"""Intervals over seeds and over pairs of answers, against published values."""

from __future__ import annotations

import math
from statistics import stdev

import pytest

from cifar_pipe.comparison.statistics import (
    Estimate,
    Paired,
    difference_of_means,
    mean_of,
    paired,
    t_quantile,
)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062), (2, 4.30265), (3, 3.18245), (9, 2.26216), (30, 2.04227), (1e6, 1.95997)],
)
def test_students_t_is_that_of_the_tables(freedom: float, quantile: float) -> None:
    assert t_quantile(freedom) == pytest.approx(quantile, rel=1e-5)
    assert t_quantile(2, 0.99) == pytest.approx(9.92484, rel=1e-5)


def test_the_mean_over_seeds_has_the_interval_of_students_t() -> None:
    found = mean_of([0.50, 0.52, 0.54])
    half = 4.30265 * 0.02 / math.sqrt(3)
    assert found.value == pytest.approx(0.52)
    assert found.interval == pytest.approx((0.52 - half, 0.52 + half), rel=1e-5)
    assert found.count == 3
    assert mean_of([0.5]) == Estimate(0.5, None, 1)


def test_folds_share_training_images_so_their_interval_is_wider() -> None:
    values = [0.50, 0.52, 0.54, 0.55, 0.49]
    half = t_quantile(4) * stdev(values) * math.sqrt(1 / 5 + 1 / 4)
    found = mean_of(values, overlap=1 / 4).interval
    assert found == pytest.approx((0.52 - half, 0.52 + half))


def test_means_of_other_seeds_are_compared_with_welchs_t() -> None:
    # Welch's t of these two samples has 6.0 degrees of freedom less a little: by hand.
    found = difference_of_means([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0])
    error = math.sqrt(5 / 3 / 4 + 20 / 3 / 4)
    freedom = error**4 / ((5 / 12) ** 2 / 3 + (20 / 12) ** 2 / 3)
    half = t_quantile(freedom) * error
    assert found.value == pytest.approx(2.5)
    assert found.interval == pytest.approx((2.5 - half, 2.5 + half))
    assert difference_of_means([1.0], [2.0, 3.0]).interval is None
    assert difference_of_means([1.0, 1.0], [2.0, 2.0]).interval == (1.0, 1.0)


def test_an_interval_is_clear_where_it_leaves_zero_out() -> None:
    assert Estimate(0.1, (0.05, 0.15), 3).is_clear
    assert not Estimate(0.1, (-0.05, 0.25), 3).is_clear
    assert not Estimate(0.1, None, 1).is_clear


def test_answers_on_the_same_images_are_counted_in_pairs() -> None:
    found = paired([True, True, False, False, True], [True, False, True, False, True])
    assert found == Paired(both=2, only_before=1, only_after=1, neither=1)
    assert found.difference.value == 0


def test_mcnemars_test_with_mid_p() -> None:
    """Fagerland, Lydersen and Laake 2013, table 2: 1 and 7 of 21, p = 0.0391."""
    found = Paired(both=1, only_before=1, only_after=7, neither=12)
    assert found.p_value == pytest.approx(0.0391, abs=5e-5)
    assert Paired(5, 3, 3, 5).p_value == 1.0
    # Thousands of images are no difficulty; the normal approximation gives 0.0455 there.
    assert Paired(0, 2450, 2550, 0).p_value == pytest.approx(0.1573, abs=2e-3)


def test_the_interval_of_a_difference_on_the_same_images() -> None:
    """Agresti and Min 2005, table of the prime minister's ratings: 794, 150, 86, 570."""
    interval = Paired(794, 150, 86, 570).difference.interval
    assert interval == pytest.approx((-0.0588, -0.0210), abs=5e-4)
