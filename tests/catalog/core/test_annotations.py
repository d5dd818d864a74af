from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from cifar_pipe.catalog.core.annotations import (
    allowed_words,
    bare,
    branch_for,
    branches,
    holds_components,
    kind_of,
    list_lengths,
    parts,
    type_of,
)
from cifar_pipe.catalog.core.component import Component, Layer, Loss
from cifar_pipe.catalog.core.types import Int, Words, choice, either, list_of, optional


class Model(BaseModel):
    model_config = {"arbitrary_types_allowed": True}

    layer: Layer
    count: Int = 1
    named: Loss | Annotated[dict[str, Loss], Field(min_length=1)] | None = None


def test_a_field_keeps_the_mark_of_its_component() -> None:
    types = {name: type_of(field) for name, field in Model.model_fields.items()}
    assert kind_of(types["layer"]) == "layer"
    assert bare(types["layer"]) is Component
    assert kind_of(types["count"]) is None
    assert len(branches(types["named"])) == 3


@pytest.mark.parametrize(
    ("annotation", "holds"),
    [
        (Layer, True),
        (list[Layer], True),
        (Annotated[dict[str, Layer] | None, Field(min_length=1)], True),
        (list[Model] | None, True),
        (Int, False),
        (list[int] | None, False),
        (Literal["layer"], False),
    ],
)
def test_components_are_found_wherever_they_are(*, annotation: Any, holds: bool) -> None:
    assert holds_components(annotation) is holds


@pytest.mark.parametrize(
    ("is_list", "is_mapping", "found"),
    [(False, True, dict[str, Layer]), (False, False, Layer), (True, False, list[Layer])],
)
def test_the_branch_of_a_union_is_that_of_what_is_written(
    *, is_list: bool, is_mapping: bool, found: Any
) -> None:
    choices = (Layer, dict[str, Layer], list[Layer], None)
    assert branch_for(choices, is_list=is_list, is_mapping=is_mapping) == found


def test_a_plain_value_has_no_branch() -> None:
    assert branch_for((int, str), is_list=False, is_mapping=False) is Any


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (choice("a", "b"), ("a", "b")),
        (Literal["a", "b"] | None, ("a", "b")),
        (dict[Literal["a"], str], ("a",)),
        (optional(choice("a")), ("a",)),
        (list_of(choice("a", "b")), ("a", "b")),
        (Annotated[str, Words("x or y", allowed=("x", "y"))], ("x", "y")),
        (Int, ()),
    ],
)
def test_the_words_that_a_type_allows_are_those_of_its_literals(
    annotation: Any, words: tuple[str, ...]
) -> None:
    assert allowed_words(annotation) == words


def test_the_lengths_of_lists_are_those_of_all_alternatives() -> None:
    assert list_lengths(either(Int, list_of(Int, 2), list_of(Int, 4))) == {2, 4}
    assert list_lengths(list_of(Int, minimum=1)) == set()


def test_the_parts_of_a_type_begin_with_itself() -> None:
    assert list(parts(dict[str, int | None])) == [
        dict[str, int | None],
        str,
        int | None,
        int,
        type(None),
    ]
