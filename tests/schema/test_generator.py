"""Pydantic's models as the pipeline's schema writes them."""

from __future__ import annotations

from typing import Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field

from cifar_pipe.catalog.core.component import Layer
from cifar_pipe.catalog.core.types import Bool, PositiveInt, either, list_of
from cifar_pipe.schema.generator import model_schema
from cifar_pipe.schema.keywords import REFERENCE

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
