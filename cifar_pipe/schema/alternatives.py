"""Several schemas as one that takes what any of them takes."""

from __future__ import annotations

from typing import Any

from cifar_pipe.schema.keywords import REFERENCE, TO_REFERENCE, Schema
from cifar_pipe.schema.required_keys import ANNOTATIONS, holds_component

_RANGE = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
# Keywords of one type each: schemas that have no others can be laid together.
_OF_TYPE = {
    # `if` and `then`: integers', of which not all in a range are taken; mappings', of their keys.
    "integer": {*_RANGE, "if", "then"},
    "number": _RANGE,
    "string": {"minLength", "maxLength", "pattern"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "additionalProperties", "propertyNames", "if", "then"},
    "boolean": set[str](),
    "null": set[str](),
}


def joined(alternatives: list[Schema]) -> Schema:
    """One schema with several types where the types differ; the last alternative is a reference."""
    if not any(alternatives[:-1]):
        return {}
    if any(map(holds_component, alternatives)):
        # A component takes references by itself.
        alternatives = _by_names(alternatives[:-1])
    plain = [REFERENCE if one == TO_REFERENCE else one for one in alternatives]
    types = [one.get("type") for one in plain]
    if len(plain) > 1 and _differ(types) and all(map(_is_simple, plain)):
        keywords = {k: one[k] for one in plain for k in one if k not in ("type", *ANNOTATIONS)}
        return {"type": types, **keywords}
    free = any(one.get("type") == "string" and _is_free(one) for one in alternatives)
    kept = [one for one in alternatives if not (free and one == TO_REFERENCE)]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _by_names(alternatives: list[Schema]) -> list[Schema]:
    """A component, or a mapping of names to components: what has a `type` is the first."""
    maps = [one for one in alternatives if holds_component(_values_of(one))]
    if not maps or len(alternatives) == len(maps):
        return alternatives
    named = {key: value for key, value in maps[0].items() if key != "type"}
    # For editors to complete: a mapping that has it is a component.
    named["properties"] = {"type": {}}
    component = next(one for one in alternatives if holds_component(one))
    is_map = {"type": "object", "not": {"required": ["type"]}}
    rest = [one for one in alternatives if one not in (maps[0], component)]
    return [{"if": is_map, "then": named, "else": component}, *rest]


def _values_of(schema: Schema) -> Schema:
    others = schema.get("additionalProperties")
    return others if isinstance(others, dict) else {}


def _is_free(schema: Schema) -> bool:
    """Whether a string's schema takes references anyway."""
    return not schema.keys() & {"enum", "const", "pattern"}


def _is_simple(schema: Schema) -> bool:
    type_ = schema.get("type")
    return isinstance(type_, str) and schema.keys() <= {"type", *ANNOTATIONS, *_OF_TYPE[type_]}


def _differ(types: list[Any]) -> bool:
    """Whether each is a type of its own; integers are numbers."""
    distinct = {"number" if one == "integer" else one for one in types if isinstance(one, str)}
    return len(distinct) == len(types)
