"""The JSON Schema of `blocks:`."""

from __future__ import annotations

from cifar_pipe.catalog.core.component_keys import BLOCK_USE_KEYS
from cifar_pipe.pipeline.document import COMPOSITION
from cifar_pipe.schema.components import layer_names
from cifar_pipe.schema.keywords import Schema, definition, id_names, or_reference, other_than
from cifar_pipe.schema.required_keys import requiring, whole


def blocks() -> Schema:
    """What may be below `blocks:`; null removes one of the file that is extended."""
    taken = other_than(layer_names(), message="a layer has this name already")
    a_block = or_reference("object", "null", message="a block takes a mapping with layers")
    return {
        "description": COMPOSITION["blocks"],
        **or_reference("object", "null", message="blocks takes a mapping from names to blocks"),
        "propertyNames": id_names("a block's name", **taken),
        "additionalProperties": {
            "allOf": [a_block],
            "properties": _keys(),
            "additionalProperties": False,
        },
    }


def whole_blocks() -> Schema:
    """What each block needs where there is no base to have it."""
    there = {"allOf": [definition("there")]}
    return {"additionalProperties": {**there, **requiring(["layers"], _keys())}}


def _keys() -> Schema:
    of_use = other_than(BLOCK_USE_KEYS, message="every use of a block has this key already")
    return {
        "description": {"type": "string", "description": "What the block is."},
        "parameters": {
            "description": "Names with the values that they have unless a use gives others; "
            "without a value a use must give one. In the layers: $block.NAME.",
            **or_reference("object", "null", message="parameters takes a mapping"),
            "propertyNames": id_names("a parameter's name", **of_use),
        },
        "layers": {
            "description": "The layers in order.",
            **or_reference("array", message="layers takes a list of layers"),
            "items": whole(definition("layer")),
            "minItems": 1,
        },
    }
