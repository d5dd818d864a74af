"""Several schemas as one that takes what any of them takes."""

from __future__ import annotations

from typing import Any

from cifar_pipe.schema.keywords import REFERENCE, TO_REFERENCE, Schema
from cifar_pipe.schema.required_keys import ANNOTATIONS, holds_component

# Keywords that hold for values of every type; all others leave values of different types alone.
_FOR_ALL_TYPES = {"enum", "const", "anyOf", "allOf", "not", "else"}


def joined(alternatives: list[Schema]) -> Schema:
    """One schema with several types where the types differ; the last alternative is a reference."""
    if not any(alternatives[:-1]):
        return {}
    if any(map(holds_component, alternatives)):
        # A component takes references by itself.
        alternatives = _by_names(alternatives[:-1])
    plain = [REFERENCE if one == TO_REFERENCE else one for one in alternatives]
    types = [one.get("type") for one in plain]
    if len(plain) > 1 and _differ(types) and not any(one.keys() & _FOR_ALL_TYPES for one in plain):
        keywords = {k: one[k] for one in plain for k in one if k not in ("type", *ANNOTATIONS)}
        return {"type": types, **keywords}
    # A string of any form may be a reference anyway.
    if any(one.get("type") == "string" and "pattern" not in one for one in alternatives):
        alternatives = [one for one in alternatives if one != TO_REFERENCE]
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def _by_names(alternatives: list[Schema]) -> list[Schema]:
    """A component, or a mapping of names to components: what has a `type` is the first."""
    maps = [one for one in alternatives if holds_component(one.get("additionalProperties") or {})]
    if not maps:
        return alternatives
    named = {key: value for key, value in maps[0].items() if key != "type"}
    # For editors to complete: a mapping that has it is a component.
    named["properties"] = {"type": {}}
    component = next(one for one in alternatives if holds_component(one))
    is_map = {"type": "object", "not": {"required": ["type"]}}
    rest = [one for one in alternatives if one not in (maps[0], component)]
    return [{"if": is_map, "then": named, "else": component}, *rest]


def _differ(types: list[Any]) -> bool:
    """Whether each is a type of its own; integers are numbers."""
    distinct = {"number" if one == "integer" else one for one in types if isinstance(one, str)}
    return len(distinct) == len(types)
