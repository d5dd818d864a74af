"""The JSON Schema of a pipeline file, for editors: draft 2020-12, readable as draft-07 too.

It is made from the models and tables that the checks use. It says nothing that needs the whole
file (wiring, shapes), and it cannot tell `2.0` from `2`.

A file with `extends` is a piece of a pipeline: nothing is required there, as the base may have it.
So what a stage may hold (`stage_...`) and what a whole file must hold (`whole_...`) are apart.
"""

from __future__ import annotations

import json
from typing import Any

from cifar_pipe.catalog.common import ID_PATTERN
from cifar_pipe.catalog.entry import KINDS
from cifar_pipe.pipeline.component_schema import component_schema, layer_keys
from cifar_pipe.pipeline.document import TOP_LEVEL, Document
from cifar_pipe.pipeline.plain_schema import REFERENCE, model_schema, needs, without_needs
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import StageType

Schema = dict[str, Any]

_PLACES = {
    "after": "Stands behind this stage of the file that is extended.",
    "before": "Stands in front of this stage of the file that is extended.",
}


def schema_text() -> str:
    """The schema as a file holds it."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> Schema:
    head = model_schema(Document)
    properties = {**head["properties"], **_composition(), "stages": _stages()}
    whole = {
        "required": [*head["required"], "stages"],
        "properties": {"stages": _whole_stages()},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cifar-pipe pipeline",
        "description": "A pipeline: stages in the order in which they run.",
        "type": "object",
        "properties": {key: properties[key] for key in TOP_LEVEL},
        "additionalProperties": False,
        "if": {"not": {"required": ["extends"]}},
        "then": whole,
        "$defs": _definitions(),
    }


def _definitions() -> Schema:
    kinds: Schema = {kind: component_schema(kind) for kind in KINDS}
    stages = {f"stage_{name}": _may_hold(stage) for name, stage in STAGES.items()}
    whole = {f"whole_{name}": _must_hold(stage) for name, stage in STAGES.items()}
    return {"reference": REFERENCE, **stages, **whole, **layer_keys(), **kinds}


def _composition() -> Schema:
    path = {"type": "string", "minLength": 1}
    names = {"type": "object", "propertyNames": {"pattern": ID_PATTERN}}
    return {
        "extends": {
            "description": "File, or list of files, that this one is laid over.",
            "anyOf": [path, {"type": "array", "items": path, "minItems": 1}],
        },
        "vars": {**names, "description": "Values to be used as $vars.NAME."},
        "blocks": {
            **names,
            "description": "Blocks of layers, each to be used by its name like a layer's type.",
            "additionalProperties": _block(),
        },
    }


def _block() -> Schema:
    """Null removes a block of the file that is extended."""
    layer = {"allOf": [{"$ref": "#/$defs/layer"}, {"required": ["type"]}]}
    return {
        "type": ["object", "null"],
        "properties": {
            "description": {"type": "string", "description": "What the block is."},
            "parameters": {
                "description": "Names with the values that they have unless a use gives others; "
                "without a value a use must give one. In the layers: $block.NAME.",
                "type": ["object", "null"],
                "propertyNames": {"pattern": ID_PATTERN},
            },
            "layers": {"description": "The layers in order.", "type": "array", "items": layer},
        },
        "additionalProperties": False,
    }


# ---- stages -----------------------------------------------------------------------------------


def _stages() -> Schema:
    return {
        "description": "The stages in the order in which they run, each under an id.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": ID_PATTERN, "not": {"enum": list(TOP_LEVEL)}},
        **_by_id("stage", _named()),
    }


def _whole_stages() -> Schema:
    return _by_id("whole", {"type": "object", "required": ["type"]})


def _named() -> Schema:
    types = {"enum": list(STAGES), "description": "The stage's type."}
    return {"type": ["object", "null"], "properties": {"type": types}}


def _by_id(part: str, any_type: Schema) -> Schema:
    """Each stage as its type's `part`; an id is the type unless `type` says otherwise."""
    typed = {**any_type, "allOf": [_if_typed(name, part) for name in STAGES]}
    return {
        "properties": {name: _if_other_type(stage, typed, part) for name, stage in STAGES.items()},
        "additionalProperties": typed,
    }


def _if_typed(name: str, part: str) -> Schema:
    return {
        "if": {"required": ["type"], "properties": {"type": {"const": name}}},
        "then": {"$ref": f"#/$defs/{part}_{name}"},
    }


def _if_other_type(stage: StageType, typed: Schema, part: str) -> Schema:
    other = {"required": ["type"], "properties": {"type": {"not": {"const": stage.name}}}}
    return {
        "description": stage.summary,
        "if": {"type": "object", **other},
        "then": typed,
        "else": {"$ref": f"#/$defs/{part}_{stage.name}"},
    }


def _may_hold(stage: StageType) -> Schema:
    """The stage's keys with their types; null takes all defaults, or removes the stage."""
    model = without_needs(model_schema(stage.spec))
    places = {key: {"type": "string", "description": text} for key, text in _PLACES.items()}
    return {
        "description": stage.summary,
        "type": ["object", "null"],
        "properties": {"type": {"const": stage.name}, **model["properties"], **places},
        "additionalProperties": False,
    }


def _must_hold(stage: StageType) -> Schema:
    """What a stage needs where there is no base to have it."""
    whole = needs(model_schema(stage.spec))
    return {"type": "object" if "required" in whole else ["object", "null"], **whole}
