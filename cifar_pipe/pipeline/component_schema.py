"""The JSON Schema of the components of one kind: one `if`/`then` a name, so one finding a mistake."""

from __future__ import annotations

from typing import Any

from cifar_pipe.catalog.common import ID_PATTERN, common_keys
from cifar_pipe.catalog.entry import Entry, Kind
from cifar_pipe.catalog.example import takes_bare_name
from cifar_pipe.catalog.layer_keys import LayerKeys
from cifar_pipe.catalog.lookup import model_for, table_of
from cifar_pipe.pipeline.plain_schema import model_schema, whole

Schema = dict[str, Any]

_BLOCK: Schema = {"type": "string", "pattern": ID_PATTERN}


def component_schema(kind: Kind) -> Schema:
    """A name, a reference, or a mapping with `type` and the arguments of that name.

    A mapping without `type` is left alone: it may be laid over one of a base.
    """
    entries = table_of(kind).entries
    bare = [name for name, entry in entries.items() if takes_bare_name(entry)]
    known: Schema = {"enum": list(entries)}
    bare_names: list[Schema] = [{"enum": bare}, {"$ref": "#/$defs/reference"}]
    if kind == "layer":
        # A block's name: the schema cannot see which there are.
        known = {"if": _BLOCK, "then": True, "else": known}
        bare_names.append(_BLOCK)
    return {
        "properties": {"type": {**known, "description": f"Name of the {kind}."}},
        # At the top, where editors look for what to complete.
        "anyOf": [*bare_names, {"type": "object"}],
        "allOf": [_if_named(entry) for entry in entries.values()],
    }


def _if_named(entry: Entry) -> Schema:
    return {
        "if": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"const": entry.name}},
        },
        "then": _arguments(entry),
    }


def _arguments(entry: Entry) -> Schema:
    model = model_schema(model_for(entry))
    own = {name: _shown(entry, name, whole(one)) for name, one in model["properties"].items()}
    common = _common(entry)
    link = f" {entry.link}" if entry.link else ""
    schema = {
        "description": entry.summary + link,
        "properties": {"type": {"const": entry.name}, **own, **common},
        "additionalProperties": False,
    }
    return {**schema, "required": model["required"]} if "required" in model else schema


def _common(entry: Entry) -> Schema:
    """The keys that all of the kind take; those of layers stand once, as they are many times used."""
    properties: Schema = model_schema(common_keys(entry))["properties"]
    if entry.kind == "layer":
        return {key: {"$ref": f"#/$defs/layer_{key}"} for key in properties}
    return properties


def layer_keys() -> Schema:
    """The definitions that layers refer to."""
    properties = model_schema(LayerKeys)["properties"]
    return {f"layer_{key}": value for key, value in properties.items()}


def _shown(entry: Entry, name: str, schema: Schema) -> Schema:
    """Without the null that stands for an inferred value."""
    if entry.args[name].inferred:
        return {key: value for key, value in schema.items() if key != "default"}
    return schema
