"""What an editor tells of a value: its range and default on hover, and what it takes where it is
wrong. `errorMessage` is a keyword of editors: validators pass over it.
"""

from __future__ import annotations

import json
import re
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from cifar_pipe.catalog.core.types import describe
from cifar_pipe.catalog.docs.example import yaml_value

Schema = dict[str, Any]

_DEFINED = re.compile(r'"#/\$defs/(?!reference")')


def in_words(schema: Schema, model: type[BaseModel]) -> Schema:
    """The model's schema, with words at each of its values."""
    properties = {**schema["properties"]}
    for name, field in model.model_fields.items():
        key = field.alias or name
        properties[key] = _told(key, properties[key], field)
    return {**schema, "properties": properties}


def _told(key: str, schema: Schema, field: FieldInfo) -> Schema:
    inner = _model_in(field.annotation)
    if inner is not None and "properties" in schema:
        return in_words(schema, inner)
    if inner is not None and "properties" in schema.get("items", {}):
        return {**schema, "items": in_words(schema["items"], inner)}
    if "properties" in schema or _DEFINED.search(json.dumps(schema)):
        # Of mappings and components each key and name has words of its own.
        return schema
    words = f"takes {_words(field)}"
    parts = [field.description, f"{words.capitalize()}.", _default(schema, field)]
    description = " ".join(part for part in parts if part)
    return {**_with_message(schema, f"{key} {words}"), "description": description}


def _words(field: FieldInfo) -> str:
    annotation: Any = field.annotation
    return describe(Annotated[(annotation, *field.metadata)] if field.metadata else annotation)


def _default(schema: Schema, field: FieldInfo) -> str:
    default = field.default
    if default is None or default is PydanticUndefined or "default" not in schema:
        return ""
    return f"Default: {yaml_value(default)}."


def _with_message(schema: Schema, message: str) -> Schema:
    """The message at each place that would have one of the editor's own."""
    told = {**schema}
    if schema.keys() & {"type", "enum", "const", "pattern"}:
        told["errorMessage"] = message
    if isinstance(schema.get("anyOf"), list):
        told["anyOf"] = [_with_message(one, message) for one in schema["anyOf"]]
    if isinstance(schema.get("items"), dict):
        told["items"] = _with_message(schema["items"], message)
    if "errorMessage" in schema.get("then", {}):
        told["then"] = {**schema["then"], "errorMessage": message}
    return told


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that stands in the annotation: by itself, in a list or in a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Annotated, Union, UnionType, list):
        found = (_model_in(one) for one in get_args(annotation))
        return next((one for one in found if one is not None), None)
    return None
