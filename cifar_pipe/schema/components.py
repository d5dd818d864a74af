"""The JSON Schema of the components of one kind: one `if`/`then` a name, so one finding a mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cifar_pipe.catalog.core.component_keys import common_keys
from cifar_pipe.catalog.core.entry import Entry, Kind
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.layer_keys import LayerKeys
from cifar_pipe.catalog.core.lookup import model_for, table_of
from cifar_pipe.catalog.docs.example import takes_bare_name
from cifar_pipe.schema.models import model_schema
from cifar_pipe.schema.required_keys import needs, whole

Schema = dict[str, Any]

_REFERENCE: Schema = {"$ref": "#/$defs/reference"}
# A block's name, which the schema cannot look up, or a reference.
_BLOCK: Schema = {"type": "string", "pattern": r"^([a-z][a-z0-9_]*$|\$[^$])"}


def component_schema(kind: Kind) -> Schema:
    """A name, a reference, or a mapping with `type` and the arguments of that name.

    A mapping without `type` is left alone: it may be laid over one of a base.
    """
    entries = table_of(kind).entries
    bare = [entry for entry in entries.values() if takes_bare_name(entry)]
    listed = f"`cifar-pipe components {kind}` lists them"
    alone: Schema = {
        "enum": [entry.name for entry in bare],
        "errorMessage": f"takes the name of one that needs no more, or {{type: NAME, ...}}; {listed}",
    }
    name: Schema = {"enum": list(entries), "errorMessage": f"there is no such {kind}; {listed}"}
    bare_names: list[Schema] = [alone, _REFERENCE]
    if kind == "layer":
        known: Schema = {"if": _BLOCK, "then": True, "else": name}
        bare_names.append(_BLOCK)
    else:
        known = {"anyOf": [name, _REFERENCE]}
    return {
        "properties": {"type": known},
        # At the top, where editors look for what to complete.
        "anyOf": [*bare_names, {"type": "object"}],
        "allOf": [
            *map(_if_named, entries.values()),
            *map(_if_bare, bare),
            *([_if_block(entries)] if kind == "layer" else []),
        ],
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


def _if_bare(entry: Entry) -> Schema:
    """Words for the name alone."""
    return {"if": {"const": entry.name}, "then": {"description": _words(entry)}}


def _if_block(layers: Mapping[str, Entry]) -> Schema:
    """The keys that each use of a block takes, as a block is a Sequential of its layers."""
    lower = [name for name in layers if re.fullmatch(ID_PATTERN, name)]
    name = {"type": "string", "pattern": ID_PATTERN, "not": {"enum": lower}}
    sequential = layers["Sequential"]
    repeat = model_schema(model_for(sequential))["properties"]["repeat"]
    return {
        "if": {"type": "object", "required": ["type"], "properties": {"type": name}},
        "then": {"properties": {**_common(sequential), "repeat": repeat}},
    }


def _words(entry: Entry) -> str:
    return f"{entry.summary} {entry.link}".rstrip()


def _arguments(entry: Entry) -> Schema:
    common = _common(entry)
    model = model_schema(model_for(entry), "type", *common)
    own = {name: _shown(entry, name, whole(one)) for name, one in model["properties"].items()}
    name = {"const": entry.name, "description": _words(entry)}
    return {**model, "properties": {"type": name, **own, **common}}


def _common(entry: Entry) -> Schema:
    """The keys that all of the kind take; those of layers stand once, as they are many times used."""
    properties: Schema = model_schema(common_keys(entry))["properties"]
    if entry.kind == "layer":
        return {key: {"$ref": f"#/$defs/layer_{key}"} for key in properties}
    return properties


def layer_keys() -> Schema:
    """The definitions that layers refer to: no base is laid under a layer."""
    properties = model_schema(LayerKeys)["properties"]
    return {f"layer_{key}": {**one, **_needs(one)} for key, one in properties.items()}


def _needs(schema: Schema) -> Schema:
    needed = needs(schema)
    return {"allOf": [needed]} if needed else {}


def _shown(entry: Entry, name: str, schema: Schema) -> Schema:
    """Without the null that stands for an inferred value."""
    if entry.args[name].inferred and schema.get("default") is None:
        return {key: value for key, value in schema.items() if key != "default"}
    return schema
