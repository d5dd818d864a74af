"""The JSON Schema of a Pydantic model, as the pipeline's schema wants it.

Pydantic's own is changed in four ways: titles go; its definitions are put where they are used;
alternatives of different types become one schema with several types, so that an editor tells one
mistake and not one an alternative; and every value may be a reference such as `$vars.width`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

REFERENCE: Schema = {
    "description": "A reference: $vars.NAME, $block.NAME, $data.num_classes, $data.image_shape.",
    "type": "string",
    "pattern": r"^\$[^$]",
}
_REFERENCE = {"$ref": "#/$defs/reference"}
# Keywords that say what a schema is for, not what it takes.
_WORDS = ("description", "default")
# Keywords of one type each: schemas that have no others can be laid together.
_OF_TYPE = {
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "string": {"minLength", "maxLength", "pattern"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "required", "additionalProperties", "propertyNames", "minProperties"},
    "boolean": set[str](),
    "null": set[str](),
}


@cache
def model_schema(model: type[BaseModel]) -> Schema:
    """{type, properties, required, additionalProperties}, each property open to references."""
    written = model.model_json_schema(by_alias=True)
    return _plain(written, written.get("$defs", {}))


def needs(schema: Schema) -> Schema:
    """Only what a mapping must have: its required keys, those of mappings in it, and `type` in the
    components. Lists are left to the schema itself: they never merge with those of a base.
    """
    needed = {"required": schema["required"]} if schema.get("required") else {}
    inner = {key: needs(one) for key, one in schema.get("properties", {}).items()}
    inner = {key: one for key, one in inner.items() if one}
    own = {"required": ["type"]} if holds_component(schema) else needed
    return {**own, "properties": inner} if inner else own


def without_needs(schema: Schema) -> Schema:
    """The rest: what a mapping may hold where a base may have what it lacks."""
    kept = {key: value for key, value in schema.items() if key != "required"}
    if "properties" in schema:
        inner = {key: without_needs(one) for key, one in schema["properties"].items()}
        kept["properties"] = inner
    return kept


def holds_component(schema: Schema) -> bool:
    refers = [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]
    return any("$ref" in one and one != _REFERENCE for one in refers)


def whole(schema: Schema) -> Schema:
    """The value where nothing can be laid under it: a component as a mapping needs its `type`."""
    if not holds_component(schema):
        return schema
    words = {key: schema[key] for key in _WORDS if key in schema}
    rest = {key: value for key, value in schema.items() if key not in _WORDS}
    return {**words, "allOf": [rest, {"required": ["type"]}]}


def _plain(schema: Schema, definitions: Schema) -> Schema:
    """The schema of one mapping, without a reference in its own place."""
    properties = {
        key: _value(value, definitions) for key, value in schema.get("properties", {}).items()
    }
    kept: Schema = {k: schema[k] for k in ("required", "additionalProperties") if k in schema}
    return {"type": "object", "properties": properties, **kept}


def _value(schema: Schema, definitions: Schema) -> Schema:
    """The schema of a value, which may also be a reference."""
    words = {key: schema[key] for key in _WORDS if key in schema}
    taken = _joined([*_alternatives(schema, definitions), _REFERENCE])
    if "$ref" in taken and words:
        # draft-07 reads nothing beside a $ref.
        return {**words, "allOf": [taken]}
    return {**words, **taken}


def _alternatives(schema: Schema, definitions: Schema) -> list[Schema]:
    bare = {key: value for key, value in schema.items() if key not in (*_WORDS, "title")}
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
    plain = [REFERENCE if one == _REFERENCE else one for one in alternatives]
    types = [one.get("type") for one in plain]
    if len(plain) > 1 and _apart(types) and all(map(_is_simple, plain)):
        merged = {key: one[key] for one in plain for key in one if key not in ("type", *_WORDS)}
        return {"type": types, **merged}
    free = any(one.get("type") == "string" and _is_free(one) for one in alternatives)
    kept = [one for one in alternatives if not (free and one == _REFERENCE)]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _is_free(schema: Schema) -> bool:
    """Whether a string's schema takes references anyway."""
    return not schema.keys() & {"enum", "const", "pattern"}


def _is_simple(schema: Schema) -> bool:
    type_ = schema.get("type")
    if not isinstance(type_, str):
        return False
    return schema.keys() <= {"type", *_WORDS} | _OF_TYPE[type_]


def _apart(types: list[Any]) -> bool:
    distinct = {"number" if one == "integer" else one for one in types if isinstance(one, str)}
    return len(distinct) == len(types)
