from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from cifar_pipe.schema.keywords import (
    REFERENCE,
    Schema,
    id_names,
    if_type,
    or_reference,
    other_than,
)


def takes(schema: Schema, value: Any) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(("text", "is_one"), [("$vars.a", True), ("$$", False), ("vars", False)])
def test_a_reference_begins_with_one_dollar(text: str, is_one: bool) -> None:
    assert takes(REFERENCE, text) is is_one
    assert takes(or_reference("object", message="takes a mapping"), text) is is_one
    assert takes(or_reference("object", message="takes a mapping"), {})


def test_names_are_ids_and_not_reserved_ones() -> None:
    reserved = other_than(["type"], message="this is reserved")
    schema = {"propertyNames": id_names("a block's name", **reserved)}
    assert takes(schema, {"one_2": 1})
    assert not takes(schema, {"One": 1})
    assert not takes(schema, {"type": 1})


def test_only_a_mapping_with_the_type_is_looked_at() -> None:
    schema = if_type({"const": "SGD"}, {"required": ["lr"]})
    assert takes(schema, {"type": "SGD", "lr": 1})
    assert not takes(schema, {"type": "SGD"})
    assert all(takes(schema, other) for other in ({"type": "Adam"}, {}, "SGD", None))
