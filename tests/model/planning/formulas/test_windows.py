from __future__ import annotations

import pytest

from cifar_pipe.model.planning.formulas.windows import (
    adapted,
    averaged,
    convolved,
    each,
    pooled,
    transposed,
)


def test_one_size_stands_for_every_dimension() -> None:
    assert each(3, 2) == each([3], 2) == each([3, 3], 2) == (3, 3)


def test_windows_that_do_not_fit_are_none() -> None:
    assert convolved((5, 4), 5, 1, 0, 1) == (1, 0)


def test_padding_in_words() -> None:
    assert convolved((5, 4), 3, 1, "same", 1) == (5, 4)
    assert convolved((5, 4), 3, 1, "valid", 1) == (3, 2)


def test_the_last_window_of_a_pooling_begins_inside_the_image() -> None:
    assert pooled((5,), 2, ceil=True) == (3,)
    assert pooled((5,), 2, padding=1, ceil=True) == (3,)
    assert pooled((5,), 2) == (2,)


def test_what_pytorch_refuses() -> None:
    with pytest.raises(ValueError, match="at most half of the kernel"):
        pooled((5,), 2, padding=2)
    with pytest.raises(ValueError, match="smaller than kernel"):
        averaged((1, 1), 4, padding=1)
    with pytest.raises(ValueError, match="output padding must be smaller"):
        transposed((4,), 2, 2, 0, 2, 1)


def test_a_window_of_a_pooling_has_a_pixel() -> None:
    for ceil in (False, True):
        with pytest.raises(ValueError, match="smaller than kernel"):
            pooled((2,), 2, padding=1, dilation=3, ceil=ceil)
    assert pooled((2,), 4, stride=5, padding=2, dilation=3, ceil=True) == (1,)
    assert pooled((3,), 2, padding=1, dilation=3) == (1,)


def test_a_mean_in_three_dimensions_is_of_an_image_as_large_as_the_kernel() -> None:
    assert averaged((1, 1), 3, padding=1) == (1, 1)
    with pytest.raises(ValueError, match="smaller than kernel"):
        averaged((1, 1, 1), 3, padding=1)


def test_a_transposed_convolution_enlarges() -> None:
    assert transposed((4, 4), 3, 2, 1, [0, 1], 1) == (7, 8)


def test_an_adaptive_pooling_keeps_a_size_that_is_null() -> None:
    assert adapted((5, 4), [None, 2]) == (5, 2)
    assert adapted((5, 4), 1) == (1, 1)
