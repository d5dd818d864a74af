"""The learning rate to try next is one that works."""

from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.training.optimization.rates import larger, smaller, usual


@pytest.mark.parametrize(
    ("optimizer", "rate", "expected"),
    [
        ("SGD", 0.1, 0.01),
        ("SGD", 1e6, 0.001),
        ("Adam", 1.0, 0.001),
        ("Adadelta", 10.0, 1.0),
        ("LBFGS", 1e4, 1.0),
    ],
)
def test_a_tenth_is_tried_or_what_the_optimizer_comes_with(
    optimizer: str, rate: float, expected: float
) -> None:
    assert smaller(rate, usual(make("optimizer", optimizer))) == pytest.approx(expected)


@pytest.mark.parametrize(("rate", "expected"), [(0.001, 0.01), (1e-9, 0.001), (0.05, 0.1)])
def test_a_rate_that_is_too_small_becomes_a_usual_one(rate: float, expected: float) -> None:
    assert larger(rate) == pytest.approx(expected)
