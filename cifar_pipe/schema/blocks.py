"""The JSON Schema of `blocks:`."""

from __future__ import annotations

import re
from typing import Any

from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.layer_keys import BLOCK_USE_KEYS
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.schema.models import or_reference, other_than
from cifar_pipe.schema.required_keys import requiring, whole

Schema = dict[str, Any]


def blocks() -> Schema:
    """What may stand below `blocks:`; null removes one of the file that is extended."""
    layers = [name for name in table_of("layer").entries if re.fullmatch(ID_PATTERN, name)]
    return {
        "description": "Blocks of layers, each to be used by its name like a layer's type.",
        **or_reference("object", "null", told="blocks takes a mapping from names to blocks"),
        "propertyNames": {
            "pattern": ID_PATTERN,
            "errorMessage": "a block's name is lower-case letters, digits and _",
            **other_than(layers, told="a layer has this name already"),
        },
        "additionalProperties": {
            "allOf": [or_reference("object", "null", told="a block takes a mapping with layers")],
            "properties": _keys(),
            "additionalProperties": False,
        },
    }


def whole_blocks() -> Schema:
    """What each block needs where there is no base to have it."""
    return {
        "additionalProperties": {
            "allOf": [{"$ref": "#/$defs/there"}],
            **requiring(["layers"], _keys()),
        }
    }


def _keys() -> Schema:
    return {
        "description": {"type": "string", "description": "What the block is."},
        "parameters": {
            "description": "Names with the values that they have unless a use gives others; "
            "without a value a use must give one. In the layers: $block.NAME.",
            **or_reference("object", "null", told="parameters takes a mapping"),
            "propertyNames": {
                "pattern": ID_PATTERN,
                "errorMessage": "a parameter's name is lower-case letters, digits and _",
                **other_than(BLOCK_USE_KEYS, told="every use of a block takes this key by itself"),
            },
        },
        "layers": {
            "description": "The layers in order.",
            **or_reference("array", told="layers takes a list of layers"),
            "items": whole({"$ref": "#/$defs/layer"}),
            "minItems": 1,
        },
    }
