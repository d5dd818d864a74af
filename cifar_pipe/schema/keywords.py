"""Pieces of JSON Schema that several parts of the pipeline's schema are made of.

`errorMessage` is a keyword of editors, the text of a finding; validators pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cifar_pipe.catalog.core.ids import ID_PATTERN

Schema = dict[str, Any]

REFERENCE_PATTERN = r"^\$[^$]"
REFERENCE: Schema = {
    "description": "A reference: $vars.NAME, $block.NAME, $data.num_classes, $data.channels, "
    "$data.image_shape, $model.mean, $model.std, $model.size, $model.resize, $model.interpolation.",
    "type": "string",
    "pattern": REFERENCE_PATTERN,
}


def definition(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


TO_REFERENCE = definition("reference")


def or_reference(*types: str, message: str) -> Schema:
    """A value of these types, or a reference to one."""
    return {"type": [*types, "string"], "pattern": REFERENCE_PATTERN, "errorMessage": message}


def other_than(names: Iterable[str], *, message: str) -> Schema:
    """None of these names. For a `not` editors only say that something is not allowed."""
    return {"if": {"enum": [*names]}, "then": {"type": "null", "errorMessage": message}}


def id_names(what: str, **more: Any) -> Schema:
    words = f"{what} is lower-case letters, digits and _"
    return {"pattern": ID_PATTERN, "errorMessage": words, **more}


def if_type(type_: Schema, then: Schema) -> Schema:
    """What a mapping takes whose written `type` matches."""
    named = {"type": "object", "required": ["type"], "properties": {"type": type_}}
    return {"if": named, "then": then}
