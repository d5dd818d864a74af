from __future__ import annotations

from typing import Any, Literal

import pytest

from cifar_pipe.catalog.core.component import Optimizer, Transform
from cifar_pipe.catalog.core.types import Bool, Float, PositiveInt, Str, size
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.pipeline.key_texts import fits
from cifar_pipe.syntax.node_edits import from_plain

NOWHERE = Span(Source.of("", ""), 1, 1, 1)


@pytest.mark.parametrize(
    ("value", "annotation", "it_fits"),
    [
        (3, PositiveInt, True),
        (3, Str, False),
        (3, list[Transform], False),
        (3, size(2), True),
        ([3, 3], size(2), True),
        ([3, 3], Float, False),
        ("x", Float, False),
        ("x", Literal["a", "b"], True),
        ("SGD", Optimizer, True),
        ({"type": "SGD"}, Optimizer, True),
        ({"type": "SGD"}, Str, False),
        ("ToTensor", list[Transform], True),
        (True, Bool, True),
        (True, PositiveInt, False),
        (None, Str, True),
    ],
)
def test_a_value_fits_what_is_written_like_it(value: Any, annotation: Any, it_fits: bool) -> None:
    assert fits(from_plain(value, NOWHERE), annotation) == it_fits
