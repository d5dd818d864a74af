"""What a mapping must have, apart from what it may hold.

A file that extends another may leave out what its base has. And a misspelt key is reported once,
as one that is not allowed: missing keys are reported where every key that is there is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cifar_pipe.schema.keywords import TO_REFERENCE, Schema

# Keywords that say what a schema is for, not what it takes.
ANNOTATIONS = ("description", "default")


def requiring(keys: Iterable[str], known: Iterable[str], **more: Any) -> Schema:
    """The keys, and what `more` says, where all keys of the mapping are known ones."""
    return {"if": {"propertyNames": {"enum": [*known]}}, "then": {"required": [*keys], **more}}


def required_in(written: Schema, known: Iterable[str]) -> Schema:
    """What the mapping of Pydantic's schema needs; {} where it needs nothing.

    `x-either` are keys of which it needs one, `minProperties` how many keys it has at least.
    """
    required = written.get("required", [])
    more: Schema = {}
    if either := written.get("x-either"):
        none = {"not": {"anyOf": [{"required": [key]} for key in either]}}
        more = {"if": none, "then": {"required": either[:1]}}
    elif least := written.get("minProperties"):
        more = {"if": {"required": required}, "then": {"minProperties": least}}
    return requiring(required, known, **more) if required or more else {}


def needs(schema: Schema) -> Schema:
    """Only what a mapping must have: its required keys, those of mappings in it, and `type` in the
    components. Lists are left to the schema itself: they never merge with those of a base.
    """
    if not schema:
        return {}
    if holds_component(schema):
        return {"required": ["type"]}
    needed: Schema = {}
    for one in schema.get("anyOf", ()):
        # Of the alternatives one at most is a mapping.
        needed |= needs(one)
    properties = schema.get("properties", {})
    if inner := {key: below for key in properties if (below := needs(properties[key]))}:
        needed["properties"] = inner
    if others := needs(schema.get("additionalProperties") or {}):
        needed["additionalProperties"] = others
    if "if" in schema:
        then = schema["then"] if _requires(schema) else needs(schema["then"])
        needed |= {"if": schema["if"], "then": then} if then else {}
    return needed


def without_needs(schema: Schema) -> Schema:
    """The rest: what a mapping may hold where a base may have what it lacks."""
    left = ("if", "then") if _requires(schema) else ()
    kept = {key: value for key, value in schema.items() if key not in left}
    if "properties" in schema:
        kept["properties"] = {key: without_needs(one) for key, one in schema["properties"].items()}
    return kept


def whole(schema: Schema) -> Schema:
    """The value where nothing can be laid under it: a component as a mapping needs its `type`."""
    if not holds_component(schema):
        return schema
    about = {key: schema[key] for key in ANNOTATIONS if key in schema}
    rest = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    return {**about, "allOf": [rest, {"required": ["type"]}]}


def holds_component(schema: Schema) -> bool:
    refers = [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]
    return any("$ref" in one and one != TO_REFERENCE for one in refers)


def _requires(schema: Schema) -> bool:
    return "propertyNames" in schema.get("if", {})
