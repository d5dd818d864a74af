from __future__ import annotations

import pytest

from cifar_pipe.training.evaluation.intervals import interval


@pytest.mark.parametrize(
    ("share", "images", "low", "high"),
    # Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.
    [(81 / 263, 263, 0.2553, 0.3662), (15 / 148, 148, 0.0624, 0.1605), (0.0, 20, 0.0, 0.1611), (1 / 29, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_of_a_share_is_wilsons(
    share: float, images: int, low: float, high: float
) -> None:
    assert interval(share, images) == pytest.approx((low, high), abs=5e-5)
