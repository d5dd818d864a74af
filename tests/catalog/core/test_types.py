"""The types of arguments take what they say, and nothing that only equals it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from cifar_pipe.catalog.core.types import Float, describe, number, range_of, whole, whole_choice


def test_a_choice_of_whole_numbers_takes_those() -> None:
    adapter = TypeAdapter(whole_choice(1, 3))
    assert [adapter.validate_python(number) for number in (1, 3)] == [1, 3]


@pytest.mark.parametrize("value", [True, 1.0, 3.0, 2, "1", None, [1]])
def test_a_choice_of_whole_numbers_takes_nothing_else(value: Any) -> None:
    with pytest.raises(ValidationError, match="1 or 3"):
        TypeAdapter(whole_choice(1, 3)).validate_python(value)


def test_a_choice_of_whole_numbers_in_words_and_as_schema() -> None:
    assert describe(whole_choice(1, 3)) == "one of 1, 3"
    assert describe(whole_choice(-1)) == "-1"
    assert TypeAdapter(whole_choice(1, 3)).json_schema() == {"enum": [1, 3]}


def test_a_type_made_of_another_has_its_own_words() -> None:
    assert describe(range_of(Float)) == "a list of 2 numbers in rising order"


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (whole(ge=2), "a whole number of at least 2"),
        (number(gt=0, lt=1), "a number above 0 below 1"),
        (number(ge=0, le=1), "a number from 0 to 1"),
    ],
)
def test_numbers_within_bounds_are_described_by_them(type_: Any, words: str) -> None:
    assert describe(type_) == words
    with pytest.raises(ValidationError):
        TypeAdapter(type_).validate_python(-1)


def test_a_number_is_finite_and_a_whole_one_has_no_fraction() -> None:
    for type_, value in ((number(), float("nan")), (number(), float("inf")), (whole(), 1.0)):
        with pytest.raises(ValidationError):
            TypeAdapter(type_).validate_python(value)
