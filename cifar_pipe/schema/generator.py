"""The JSON Schema of a Pydantic model, as the pipeline's schema needs it.

Pydantic's generator is changed in five ways: titles are left out; models are written where they
are used; every value may be a reference such as `$vars.width`; alternatives of different types
become one schema with several types, so that an editor reports one mistake once; and each value
has its range and default in its description and what it takes as its `errorMessage`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from cifar_pipe.catalog.core.types import describe
from cifar_pipe.catalog.docs.example import yaml_value
from cifar_pipe.schema.keywords import REFERENCE, TO_REFERENCE, Schema, definition
from cifar_pipe.schema.required_keys import ANNOTATIONS, holds_component, required_in, whole

# A mapping, or a component: its keys and names have descriptions of their own.
_HAS_PARTS = re.compile(r'"properties"|"#/\$defs/(?!reference")')
# Keywords that hold for values of every type; all others leave values of different types alone.
_FOR_ALL_TYPES = {"enum", "const", "anyOf", "allOf", "not", "else"}


@cache
def model_schema(model: type[BaseModel], *known: str) -> Schema:
    """The mapping that the model takes.

    `known` are keys that it has in a file in addition to those of the model.
    """
    return _Generator(model, known).generate_inner(model.__pydantic_core_schema__)


class _Generator(GenerateJsonSchema):
    def __init__(self, model: type[BaseModel], known: tuple[str, ...]) -> None:
        super().__init__()
        self._model, self._known = model, known

    def generate_inner(self, schema: Any) -> Schema:
        # Pydantic makes a definition of what has a `ref`.
        return super().generate_inner({key: schema[key] for key in schema if key != "ref"})

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False

    def literal_schema(self, schema: core_schema.LiteralSchema) -> Schema:
        literal = super().literal_schema(schema)
        # With a type as well a wrong value would be reported twice.
        return {key: literal[key] for key in literal if key != "type"}

    def list_schema(self, schema: core_schema.ListSchema) -> Schema:
        written = super().list_schema(schema)
        # Lists replace those of a base.
        return {**written, "items": whole(_or_reference(written["items"]))}

    def dict_schema(self, schema: core_schema.DictSchema) -> Schema:
        written = super().dict_schema(schema)
        values = written["additionalProperties"]
        return {**written, "additionalProperties": {} if values is True else _or_reference(values)}

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        written, model = super().model_schema(schema), schema["cls"]
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        properties = {
            key: _property(key, value, fields[key]) for key, value in written["properties"].items()
        }
        known = self._known if model is self._model else ()
        return {**_mapping(properties), **required_in(written, [*known, *properties])}


def _mapping(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _or_reference(schema: Schema) -> Schema:
    """The schema of a value, which may also be a reference."""
    about = {key: schema[key] for key in ANNOTATIONS if key in schema}
    taken = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    alternatives = taken.get("anyOf", [taken])
    value = joined([*map(_alternative, alternatives), TO_REFERENCE])
    # draft-07 reads nothing beside a $ref.
    return {**about, "allOf": [value]} if about and "$ref" in value else {**about, **value}


def _alternative(schema: Schema) -> Schema:
    if "x-component" in schema:
        return definition(schema["x-component"])
    return schema if "properties" in schema else {key: schema[key] for key in sorted(schema)}


def _property(key: str, schema: Schema, field: FieldInfo) -> Schema:
    if field.json_schema_extra:
        # Its keys are written there, and Pydantic does not make their schemas.
        keys = {name: _or_reference(one) for name, one in schema["properties"].items()}
        schema = {"description": field.description, **_mapping(keys)}
    value = _or_reference(schema)
    if _HAS_PARTS.search(json.dumps(value)):
        return value
    takes = f"takes {describe(field.rebuild_annotation())}"
    default = schema.get("default")
    parts = [field.description, f"T{takes[1:]}."]
    if default is not None:
        parts.append(f"Default: {yaml_value(default)}.")
    description = " ".join(part for part in parts if part)
    return {**_with_message(value, f"{key} {takes}"), "description": description}


def _with_message(schema: Schema, message: str) -> Schema:
    """The message at each place that would have one of the editor's own."""
    result = {**schema}
    if schema.keys() & {"type", "enum", "const", "pattern"}:
        result["errorMessage"] = message
    if "anyOf" in schema:
        result["anyOf"] = [_with_message(one, message) for one in schema["anyOf"]]
    if "items" in schema:
        result["items"] = _with_message(schema["items"], message)
    if "errorMessage" in schema.get("then", {}):
        result["then"] = {**schema["then"], "errorMessage": message}
    return result


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
