"""The JSON Schema of a pipeline file, for editors: draft 2020-12, readable as draft-07 too.

It is made from the models and tables that the checks use. It says nothing that needs the whole
file (wiring, shapes), and it cannot tell `2.0` from `2`.

A file with `extends` is a piece of a pipeline: nothing is required there, as the base may have it.
So what a stage may hold (`stage_...`) and what a whole file must hold (`whole_...`) are apart.
"""

from __future__ import annotations

import json
from typing import Any

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.pipeline.document import TOP_LEVEL, Document
from cifar_pipe.schema.blocks import blocks, whole_blocks
from cifar_pipe.schema.components import component_schema, layer_keys
from cifar_pipe.schema.models import REFERENCE, model_schema, or_reference, other_than
from cifar_pipe.schema.required_keys import needs, requiring, without_needs
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
    required = [*head["then"]["required"], "stages"]
    whole = {
        "properties": {"stages": _whole_stages(), "vars": _whole_vars(), "blocks": whole_blocks()},
        **requiring(required, TOP_LEVEL),
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
    return {
        "reference": REFERENCE,
        "stage": or_reference("object", "null", told="a stage takes a mapping of its keys"),
        "there": _there(),
        **stages,
        **whole,
        **layer_keys(),
        **kinds,
    }


def _there() -> Schema:
    """Null removes an entry of the file that is extended: a whole file has none to remove."""
    return {
        "type": ["object", "array", "string", "number", "boolean"],
        "errorMessage": "null removes an entry of the file that is extended, and there is none; "
        "{} is a stage without settings",
    }


def _composition() -> Schema:
    path = {"type": "string", "minLength": 1}
    return {
        "extends": {
            "description": "File, or list of files, that this one is laid over.",
            "anyOf": [path, {"type": "array", "items": path}],
        },
        "vars": {
            "description": "Values to be used as $vars.NAME.",
            "type": ["object", "null"],
            "propertyNames": {
                "pattern": ID_PATTERN,
                "errorMessage": "a var's name is lower-case letters, digits and _",
            },
        },
        "blocks": blocks(),
    }


def _whole_vars() -> Schema:
    return {"additionalProperties": {"$ref": "#/$defs/there"}}


# ---- stages -----------------------------------------------------------------------------------


def _stages() -> Schema:
    return {
        "description": "The stages in the order in which they run, each under an id.",
        **or_reference("object", told="stages takes a mapping from ids to stages"),
        "propertyNames": {
            "pattern": ID_PATTERN,
            "errorMessage": "a stage's id is lower-case letters, digits and _",
            **other_than(TOP_LEVEL, told="this is a key of the top level and no stage's id"),
        },
        **_by_id("stage", {"properties": {"type": _type()}}),
    }


def _whole_stages() -> Schema:
    return {"minProperties": 1, **_by_id("whole", {"required": ["type"]})}


def _type() -> Schema:
    types = {"enum": list(STAGES)}
    return {"description": "The stage's type.", "anyOf": [types, {"$ref": "#/$defs/reference"}]}


def _by_id(part: str, any_type: Schema) -> Schema:
    """Each stage as its type's `part`; an id is the type unless `type` says otherwise."""
    what_it_is = {"$ref": f"#/$defs/{'stage' if part == 'stage' else 'there'}"}
    typed = {**any_type, "allOf": [what_it_is, *(_if_typed(name, part) for name in STAGES)]}
    return {
        "properties": {name: _if_other_type(stage, typed, part) for name, stage in STAGES.items()},
        "additionalProperties": typed,
    }


def _if_typed(name: str, part: str) -> Schema:
    return {
        "if": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"const": name}},
        },
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
    """The stage's keys with their types; null removes the stage of a base."""
    model = without_needs(_model(stage))
    places = {key: {"type": "string", "description": text} for key, text in _PLACES.items()}
    return {
        "description": stage.summary,
        "allOf": [{"$ref": "#/$defs/stage"}],
        "properties": {
            "type": {"const": stage.name, "description": stage.summary},
            **model["properties"],
            **places,
        },
        "additionalProperties": False,
    }


def _must_hold(stage: StageType) -> Schema:
    """What a stage needs where there is no base to have it."""
    return {"allOf": [{"$ref": "#/$defs/there"}], **needs(_model(stage))}


def _model(stage: StageType) -> Schema:
    return model_schema(stage.spec, "type", *_PLACES)
