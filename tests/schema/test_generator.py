"""Pydantic's models as the pipeline's schema writes them."""

from __future__ import annotations

from typing import Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field

from cifar_pipe.catalog.core.component import Layer
from cifar_pipe.catalog.core.types import Bool, PositiveInt, either, list_of
from cifar_pipe.schema.generator import joined, model_schema
from cifar_pipe.schema.keywords import REFERENCE, REFERENCE_PATTERN, TO_REFERENCE, definition

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class Inner(BaseModel):
    model_config = STRICT
    count: PositiveInt = Field(description="How many.")


class Outer(BaseModel):
    """A docstring that is not for users of the schema."""

    model_config = STRICT
    width: PositiveInt | None = Field(None, description="The width.")
    names: either(Bool, list_of(PositiveInt, minimum=1)) = True  # type: ignore[valid-type]
    word: Literal["one", "TWO"] = Field("one", alias="from")
    layer: Layer | None = None
    layers: list[Layer] = Field(default_factory=list)
    by_name: dict[str, PositiveInt] = Field(default_factory=dict)
    anything: dict[str, Any] = Field(default_factory=dict)
    inner: Inner | None = None


SCHEMA = model_schema(Outer, "type")
PROPERTIES = SCHEMA["properties"]


def takes(value: Any) -> bool:
    definitions = {"reference": REFERENCE, "layer": {}}
    return jsonschema.Draft202012Validator({**SCHEMA, "$defs": definitions}).is_valid(value)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"width": 3, "names": [1, 2], "from": "TWO"},
        {"width": None},
        {"inner": {"count": 1}, "by_name": {"a": 1}, "anything": {"a": []}},
        {"width": "$vars.width", "names": ["$vars.a"], "from": "$vars.b"},
        {"inner": "$vars.inner", "by_name": {"a": "$vars.a"}, "layers": ["$vars.layer"]},
    ],
)
def test_it_takes_what_the_model_takes_and_references_at_every_value(value: Any) -> None:
    assert takes(value)


@pytest.mark.parametrize(
    "value",
    [
        {"width": 0},
        {"width": "$$vars"},
        {"names": []},
        {"from": "three"},
        {"word": "one"},
        {"inner": {}},
        {"by_name": {"a": 0}},
    ],
)
def test_it_refuses_what_the_model_refuses(value: Any) -> None:
    assert not takes(value)


def test_alternatives_of_different_types_are_one_schema() -> None:
    assert PROPERTIES["width"] == {
        "description": "The width. Takes a whole number above 0.",
        "default": None,
        "type": ["integer", "null", "string"],
        "exclusiveMinimum": 0,
        "pattern": REFERENCE["pattern"],
        "errorMessage": "width takes a whole number above 0",
    }


def test_the_default_is_in_the_description() -> None:
    assert PROPERTIES["from"]["description"] == "Takes one of one, TWO. Default: one."


def test_components_are_definitions_and_in_lists_they_need_a_type() -> None:
    assert PROPERTIES["layer"]["anyOf"] == [{"$ref": "#/$defs/layer"}, {"type": "null"}]
    assert PROPERTIES["layers"]["items"] == {
        "allOf": [{"$ref": "#/$defs/layer"}, {"required": ["type"]}]
    }


def test_models_are_written_where_they_are_used_without_titles() -> None:
    text = str(SCHEMA)
    assert "title" not in text
    assert "docstring" not in text
    assert PROPERTIES["inner"]["properties"]["count"]["description"].startswith("How many.")


def test_what_is_required_is_asked_for_where_all_keys_are_known() -> None:
    assert model_schema(Inner, "type")["if"] == {"propertyNames": {"enum": ["type", "count"]}}
    assert model_schema(Inner, "type")["then"] == {"required": ["count"]}
    assert "required" not in SCHEMA


# ---- alternatives -----------------------------------------------------------------------------

LAYER = definition("layer")


def test_what_takes_anything_takes_references() -> None:
    assert joined([{}, TO_REFERENCE]) == {}


def test_different_types_become_one_schema() -> None:
    number, list_ = {"type": "number", "minimum": 0}, {"type": "array", "minItems": 1}
    assert joined([number, list_, TO_REFERENCE]) == {
        "type": ["number", "array", "string"],
        "minimum": 0,
        "minItems": 1,
        "pattern": REFERENCE_PATTERN,
    }


def test_equal_types_stay_apart() -> None:
    whole, number = {"type": "integer", "minimum": 1}, {"type": "number", "maximum": 0}
    assert joined([whole, number, TO_REFERENCE]) == {"anyOf": [whole, number, TO_REFERENCE]}


def test_a_string_of_any_form_is_a_reference_anyway() -> None:
    assert joined([{"type": "string"}, TO_REFERENCE]) == {"type": "string"}


def test_a_component_takes_references_itself() -> None:
    assert joined([LAYER, TO_REFERENCE]) == LAYER
    assert joined([LAYER, {"type": "null"}, TO_REFERENCE]) == {"anyOf": [LAYER, {"type": "null"}]}


def test_a_mapping_with_a_type_is_the_component_and_not_names_with_components() -> None:
    by_name = {"type": "object", "additionalProperties": LAYER}
    assert joined([LAYER, by_name, TO_REFERENCE]) == {
        "if": {"type": "object", "not": {"required": ["type"]}},
        "then": {"additionalProperties": LAYER, "properties": {"type": {}}},
        "else": LAYER,
    }
