from __future__ import annotations

import pytest

from cifar_pipe.training.progress.divergence import has_diverged


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (2.4, 1e11, True),
        (2.4, 7.3, True),
        (2.4, 7.1, False),
        # It began far above guessing, or a trained network was trained on.
        (50.0, 40.0, False),
        (0.01, 2.2, False),
        (0.01, 7.0, True),
        (-5.0, -1e9, False),
    ],
)
def test_three_times_the_first_loss_and_that_of_guessing_is_a_divergence(
    first: float, last: float, expected: bool
) -> None:
    assert has_diverged(last, first=first, guessing=2.3) is expected
