"""Batch sizes as people write them."""

from __future__ import annotations

import pytest

from cifar_pipe.training.trials.usual_sizes import rounded, shared_out


def test_sizes_are_powers_of_two_and_multiples_of_8() -> None:
    assert [rounded(one) for one in (0, 1, 2, 3, 4, 7, 8, 15, 100)] == [0, 1, 2, 2, 4, 4, 8, 8, 96]


@pytest.mark.parametrize(
    ("effective", "most", "shared"),
    [
        (256, 100, (64, 4)),
        (256, 256, (256, 1)),
        (100, 60, (50, 2)),
        (7, 3, (1, 7)),
        (8, 99, (8, 1)),
    ],
)
def test_the_images_of_a_step_are_kept(effective: int, most: int, shared: tuple[int, int]) -> None:
    assert shared_out(effective, most) == shared
