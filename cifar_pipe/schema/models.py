"""The JSON Schema of a Pydantic model, as the pipeline's schema wants it.

Pydantic's own is changed in four ways: titles go; its definitions are put where they are used;
alternatives of different types become one schema with several types, so that an editor tells one
mistake and not one an alternative; and every value may be a reference such as `$vars.width`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel

from cifar_pipe.schema.descriptions import in_words
from cifar_pipe.schema.required_keys import WORDS, holds_component, required_in, whole

Schema = dict[str, Any]

REFERENCE_PATTERN = r"^\$[^$]"
REFERENCE: Schema = {
    "description": "A reference: $vars.NAME, $block.NAME, $data.num_classes, $data.channels, "
    "$data.image_shape.",
    "type": "string",
    "pattern": REFERENCE_PATTERN,
}
_REFERENCE = {"$ref": "#/$defs/reference"}
# Keywords of one type each: schemas that have no others can be laid together.
_OF_TYPE = {
    # `if` and `then`: integers', of which not all in a range are taken; mappings', of their keys.
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "if", "then"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "string": {"minLength", "maxLength", "pattern"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "additionalProperties", "propertyNames", "if", "then"},
    "boolean": set[str](),
    "null": set[str](),
}


@cache
def model_schema(model: type[BaseModel], *known: str) -> Schema:
    """The mapping that the model takes, each property open to references.

    `known` are keys that it has in a file beside those of the model.
    """
    written = model.model_json_schema(by_alias=True)
    return in_words(_plain(written, written.get("$defs", {}), known), model)


def or_reference(*types: str, told: str) -> Schema:
    """A value of these types, or a reference to one; `told` is what an editor says of others."""
    return {"type": [*types, "string"], "pattern": REFERENCE_PATTERN, "errorMessage": told}


def other_than(names: Iterable[str], *, told: str) -> Schema:
    """None of these names. Of a `not` editors tell only that something is not allowed."""
    return {"if": {"enum": [*names]}, "then": {"type": "null", "errorMessage": told}}


def _plain(schema: Schema, definitions: Schema, known: tuple[str, ...] = ()) -> Schema:
    """The schema of one mapping, without a reference in its own place."""
    properties = {
        key: _value(value, definitions) for key, value in schema.get("properties", {}).items()
    }
    kept: Schema = {k: schema[k] for k in ("additionalProperties",) if k in schema}
    needed = required_in(schema, [*known, *properties])
    return {"type": "object", "properties": properties, **kept, **needed}


def _value(schema: Schema, definitions: Schema) -> Schema:
    """The schema of a value, which may also be a reference."""
    words = {key: schema[key] for key in WORDS if key in schema}
    taken = _joined([*_alternatives(schema, definitions), _REFERENCE])
    if "$ref" in taken and words:
        # draft-07 reads nothing beside a $ref.
        return {**words, "allOf": [taken]}
    return {**words, **taken}


def _alternatives(schema: Schema, definitions: Schema) -> list[Schema]:
    bare = {key: value for key, value in schema.items() if key not in (*WORDS, "title")}
    if bare.keys() & {"enum", "const"}:
        # A wrong value would be told twice.
        bare.pop("type", None)
    if "$ref" in bare:
        return _alternatives(definitions[bare["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in bare:
        return [one for each in bare["anyOf"] for one in _alternatives(each, definitions)]
    if "x-component" in bare:
        return [{"$ref": f"#/$defs/{bare['x-component']}"}]
    if "properties" in bare:
        return [_plain(bare, definitions)]
    if "items" in bare:
        return [{**bare, "items": _item(bare["items"], definitions)}]
    if isinstance(bare.get("additionalProperties"), dict):
        inner = _value(bare["additionalProperties"], definitions)
        return [{**bare, "additionalProperties": inner}]
    return [bare]


def _item(schema: Schema, definitions: Schema) -> Schema:
    """An item of a list; lists replace those of a base."""
    return whole(_value(schema, definitions))


def _joined(alternatives: list[Schema]) -> Schema:
    """One schema that takes what any of them takes."""
    if not any(alternatives[:-1]):
        return {}
    if any("$ref" in one and one != _REFERENCE for one in alternatives):
        # A component takes references by itself.
        alternatives = [one for one in alternatives if one != _REFERENCE]
    alternatives = _by_names(alternatives)
    plain = [REFERENCE if one == _REFERENCE else one for one in alternatives]
    types = [one.get("type") for one in plain]
    if len(plain) > 1 and _apart(types) and all(map(_is_simple, plain)):
        merged = {key: one[key] for one in plain for key in one if key not in ("type", *WORDS)}
        return {"type": types, **merged}
    free = any(one.get("type") == "string" and _is_free(one) for one in alternatives)
    kept = [one for one in alternatives if not (free and one == _REFERENCE)]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _by_names(alternatives: list[Schema]) -> list[Schema]:
    """A component, or a mapping of names to components: what has a `type` is the first."""
    maps = [one for one in alternatives if holds_component(_values_of(one))]
    if not maps or len(alternatives) == len(maps):
        return alternatives
    named = {key: value for key, value in maps[0].items() if key != "type"}
    # For editors to complete: a mapping that has it is the other.
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
    if not isinstance(type_, str):
        return False
    return schema.keys() <= {"type", *WORDS} | _OF_TYPE[type_]


def _apart(types: list[Any]) -> bool:
    distinct = {"number" if one == "integer" else one for one in types if isinstance(one, str)}
    return len(distinct) == len(types)
