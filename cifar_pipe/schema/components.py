"""The JSON Schema of the components of one kind: one `if`/`then` per name, so that one mistake is
reported once.
"""

from __future__ import annotations

import re

from cifar_pipe.catalog.core.component_keys import LayerKeys
from cifar_pipe.catalog.core.entry import Entry, Kind
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.lookup import common_keys, entries_of, model_for, names_of
from cifar_pipe.catalog.docs.example import takes_bare_name
from cifar_pipe.schema.generator import model_schema
from cifar_pipe.schema.keywords import TO_REFERENCE, Schema, definition, if_type
from cifar_pipe.schema.required_keys import needs, whole

# A block's name, which the schema cannot look up, or a reference.
_BLOCK: Schema = {"type": "string", "pattern": r"^([a-z][a-z0-9_]*$|\$[^$])"}


def component_schema(kind: Kind) -> Schema:
    """A name, a reference, or a mapping with `type` and the arguments of that name.

    A mapping without `type` is left alone: it may be laid over one of a base.
    """
    entries = entries_of(kind)
    bare = [entry for entry in entries.values() if takes_bare_name(entry)]
    listed = f"`cifar-pipe components {kind}` lists them"
    alone: Schema = {
        "enum": [entry.name for entry in bare],
        "errorMessage": f"takes a name that needs no arguments, or {{type: NAME, ...}}; {listed}",
    }
    name: Schema = {"enum": list(entries), "errorMessage": f"there is no such {kind}; {listed}"}
    is_layer = kind == "layer"
    # Layers that look like blocks, and need arguments.
    incomplete = [one for one in layer_names() if one not in {entry.name for entry in bare}]
    block: Schema = {**_BLOCK, "not": {"enum": incomplete}}
    type_ = (
        {"if": _BLOCK, "then": True, "else": name} if is_layer else {"anyOf": [name, TO_REFERENCE]}
    )
    return {
        "properties": {"type": type_},
        # At the top, where editors look for what to complete.
        "anyOf": [alone, TO_REFERENCE, *([block] if is_layer else []), {"type": "object"}],
        "allOf": [
            *(if_type({"const": entry.name}, _arguments(entry)) for entry in entries.values()),
            # A description of the name alone.
            *({"if": {"const": one.name}, "then": {"description": _about(one)}} for one in bare),
            *([_use_of_block(entries["Sequential"])] if is_layer else []),
        ],
    }


def layer_names() -> list[str]:
    """The layers that could be the names of blocks."""
    return [name for name in names_of("layer") if re.fullmatch(ID_PATTERN, name)]


def layer_keys() -> Schema:
    """The definitions that layers refer to: no base is laid under a layer."""
    properties = model_schema(LayerKeys)["properties"]
    return {
        f"layer_{key}": {**one, "allOf": [needed]} if (needed := needs(one)) else one
        for key, one in properties.items()
    }


def _use_of_block(sequential: Entry) -> Schema:
    """The keys that each use of a block takes, as a block is a Sequential of its layers."""
    name = {"type": "string", "pattern": ID_PATTERN, "not": {"enum": layer_names()}}
    repeat = model_schema(model_for(sequential))["properties"]["repeat"]
    return if_type(name, {"properties": {**_common(sequential), "repeat": repeat}})


def _about(entry: Entry) -> str:
    return f"{entry.summary} {entry.link}".rstrip()


def _arguments(entry: Entry) -> Schema:
    common = _common(entry)
    model = model_schema(model_for(entry), "type", *common)
    own = {key: _argument(entry, key, whole(one)) for key, one in model["properties"].items()}
    name = {"const": entry.name, "description": _about(entry)}
    return {**model, "properties": {"type": name, **own, **common}}


def _common(entry: Entry) -> Schema:
    """The keys that all of the kind take; those of layers, which are many, are defined once."""
    properties: Schema = model_schema(common_keys(entry))["properties"]
    if entry.kind == "layer":
        return {key: definition(f"layer_{key}") for key in properties}
    return properties


def _argument(entry: Entry, name: str, schema: Schema) -> Schema:
    """Without the null that means an inferred value."""
    if entry.args[name].inferred and schema.get("default") is None:
        return {key: value for key, value in schema.items() if key != "default"}
    return schema
