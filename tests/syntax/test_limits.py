from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.limits import DEEPEST, MOST_NODES, Budget, TooLargeError

HERE = Span(Source.of("x", "a"), 1, 1, 2)


def test_values_are_counted_up_to_the_limit() -> None:
    budget = Budget("the document")
    budget.spend(MOST_NODES - 1, HERE)
    budget.spend(1, HERE)
    with pytest.raises(TooLargeError, match="the document has more than 20,000 values") as caught:
        budget.spend(1, HERE)
    assert caught.value.span is HERE


def test_depth_is_limited_by_itself() -> None:
    budget = Budget("the pipeline")
    budget.check_depth(DEEPEST, HERE)
    with pytest.raises(TooLargeError, match="the pipeline is nested more than 100 levels deep"):
        budget.check_depth(DEEPEST + 1, HERE)
