from __future__ import annotations

from cifar_pipe.schema.alternatives import joined
from cifar_pipe.schema.keywords import REFERENCE_PATTERN, TO_REFERENCE, definition

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
