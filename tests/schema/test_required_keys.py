from __future__ import annotations

from cifar_pipe.schema.keywords import TO_REFERENCE, definition
from cifar_pipe.schema.required_keys import (
    holds_component,
    needs,
    required_in,
    requiring,
    whole,
    without_needs,
)

LAYER = definition("layer")
TYPED = {"required": ["type"]}


def test_one_of_two_keys_is_missing_only_where_there_is_neither() -> None:
    required = required_in({"x-either": ["epochs", "steps"]}, ["epochs", "steps"])
    neither = {"not": {"anyOf": [{"required": ["epochs"]}, {"required": ["steps"]}]}}
    assert required["then"]["if"] == neither
    assert required["then"]["then"] == {"required": ["epochs"]}


def test_a_mapping_without_required_keys_needs_nothing() -> None:
    assert required_in({"properties": {"a": {}}}, ["a"]) == {}


def test_what_is_needed_and_the_rest_are_the_whole() -> None:
    inner = {"type": "object", "properties": {"a": {}}, **requiring(["a"], ["a"])}
    schema = {"properties": {"inner": inner, "layer": LAYER}, **requiring(["inner"], ["inner"])}
    assert needs(schema) == {
        "properties": {"inner": requiring(["a"], ["a"]), "layer": TYPED},
        **requiring(["inner"], ["inner"]),
    }
    assert without_needs(schema) == {
        "properties": {"inner": {"type": "object", "properties": {"a": {}}}, "layer": LAYER}
    }


def test_values_of_a_mapping_are_needed_to_have_their_type() -> None:
    assert needs({"additionalProperties": LAYER}) == {"additionalProperties": TYPED}
    assert needs({"additionalProperties": False}) == {}


def test_lists_are_left_to_the_schema_itself() -> None:
    assert needs({"type": "array", "items": LAYER}) == {}


def test_a_whole_component_needs_its_type() -> None:
    described = {"description": "The loss.", **LAYER}
    assert whole(described) == {"description": "The loss.", "allOf": [LAYER, TYPED]}
    assert whole({"type": "string"}) == {"type": "string"}


def test_a_reference_is_not_a_component() -> None:
    assert holds_component({"anyOf": [LAYER, {"type": "null"}]})
    assert not holds_component({"anyOf": [TO_REFERENCE, {"type": "null"}]})
