"""What a mapping must have, apart from what it may hold.

A file that extends another may leave out what its base has. And a misspelt key is told once, as
one that is not allowed: what is missing is told where every key that there is is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

_REFERENCE = {"$ref": "#/$defs/reference"}
# Keywords that say what a schema is for, not what it takes.
WORDS = ("description", "default")


def requiring(keys: Iterable[str], known: Iterable[str], **more: Any) -> Schema:
    """The keys, and what `more` says, where all keys of the mapping are known ones."""
    return {
        "if": {"propertyNames": {"enum": [*known]}},
        "then": {"required": [*keys], **more},
    }


def required_in(written: Schema, known: Iterable[str]) -> Schema:
    """What the mapping of Pydantic's schema needs; {} where it needs nothing.

    `x-either` are keys of which it needs one, `minProperties` how many keys it has at least.
    """
    required = written.get("required", [])
    if either := written.get("x-either"):
        none = {"not": {"anyOf": [{"required": [key]} for key in either]}}
        more = {"if": none, "then": {"required": either[:1]}}
    elif "minProperties" in written:
        more = {
            "if": {"required": required},
            "then": {"minProperties": written["minProperties"]},
        }
    else:
        more = {}
    return requiring(required, known, **more) if required or more else {}


def needs(schema: Schema) -> Schema:
    """Only what a mapping must have: its required keys, those of mappings in it, and `type` in the
    components. Lists are left to the schema itself: they never merge with those of a base.
    """
    if holds_component(schema):
        return {"required": ["type"]}
    needed: Schema = {}
    for one in schema.get("anyOf", ()):
        # Of the alternatives one at most is a mapping.
        needed |= needs(one)
    inner = {key: needs(one) for key, one in schema.get("properties", {}).items()}
    if inner := {key: one for key, one in inner.items() if one}:
        needed["properties"] = inner
    others = schema.get("additionalProperties")
    if isinstance(others, dict) and (of_others := needs(others)):
        needed["additionalProperties"] = of_others
    if _requires(schema):
        needed |= {"if": schema["if"], "then": schema["then"]}
    elif "if" in schema and (then := needs(schema["then"])):
        needed |= {"if": schema["if"], "then": then}
    return needed


def without_needs(schema: Schema) -> Schema:
    """The rest: what a mapping may hold where a base may have what it lacks."""
    left = ("if", "then") if _requires(schema) else ()
    kept = {key: value for key, value in schema.items() if key not in left}
    if "properties" in schema:
        inner = {key: without_needs(one) for key, one in schema["properties"].items()}
        kept["properties"] = inner
    return kept


def whole(schema: Schema) -> Schema:
    """The value where nothing can be laid under it: a component as a mapping needs its `type`."""
    if not holds_component(schema):
        return schema
    words = {key: schema[key] for key in WORDS if key in schema}
    rest = {key: value for key, value in schema.items() if key not in WORDS}
    return {**words, "allOf": [rest, {"required": ["type"]}]}


def holds_component(schema: Schema) -> bool:
    refers = [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]
    return any("$ref" in one and one != _REFERENCE for one in refers)


def _requires(schema: Schema) -> bool:
    return "propertyNames" in schema.get("if", {})
