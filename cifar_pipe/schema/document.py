"""The JSON Schema of a pipeline file, for editors: draft 2020-12, readable as draft-07 too.

It is made from the models and tables that the checks use. It says nothing that needs the whole
file (wiring, shapes), and it cannot distinguish `2.0` from `2`.

A file with `extends` is a piece of a pipeline: nothing is required there, as the base may have it.
So what a stage may hold (`stage_...`) and what a whole file must hold (`whole_...`) are apart.
"""

from __future__ import annotations

import json
from typing import Any

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.pipeline.document import COMPOSITION, STAGES_ARE, TOP_LEVEL, Document
from cifar_pipe.schema.blocks import blocks, whole_blocks
from cifar_pipe.schema.components import component_schema, layer_keys
from cifar_pipe.schema.generator import model_schema
from cifar_pipe.schema.keywords import (
    REFERENCE,
    TO_REFERENCE,
    Schema,
    definition,
    id_names,
    if_type,
    or_reference,
    other_than,
)
from cifar_pipe.schema.required_keys import needs, requiring, without_needs
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import PLACES, StageType


def schema_text() -> str:
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> Schema:
    head = model_schema(Document)
    properties = {**head["properties"], **_composition(), "stages": _stages()}
    whole = {
        "stages": {"minProperties": 1, **_by_id("whole", "there", required=["type"])},
        "vars": {"additionalProperties": definition("there")},
        "blocks": whole_blocks(),
    }
    required = requiring([*head["then"]["required"], "stages"], TOP_LEVEL)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cifar-pipe pipeline",
        "description": "A pipeline: stages in the order in which they run.",
        "type": "object",
        "properties": {key: properties[key] for key in TOP_LEVEL},
        "additionalProperties": False,
        "if": {"not": {"required": ["extends"]}},
        "then": {"properties": whole, **required},
        "$defs": _definitions(),
    }


def _definitions() -> Schema:
    return {
        "reference": REFERENCE,
        "stage": or_reference("object", "null", message="a stage takes a mapping of its keys"),
        # Null removes an entry of the file that is extended: a whole file has none to remove.
        "there": {
            "type": ["object", "array", "string", "number", "boolean"],
            "errorMessage": "null removes an entry of the file that is extended, and there is "
            "none; {} is a stage without settings",
        },
        **{f"stage_{name}": _may_hold(stage) for name, stage in STAGES.items()},
        **{f"whole_{name}": _must_hold(stage) for name, stage in STAGES.items()},
        **layer_keys(),
        **{kind: component_schema(kind) for kind in KINDS},
    }


def _composition() -> Schema:
    path = {"type": "string", "minLength": 1}
    return {
        "extends": {
            "description": COMPOSITION["extends"],
            "anyOf": [path, {"type": "array", "items": path}],
        },
        "vars": {
            "description": COMPOSITION["vars"],
            "type": ["object", "null"],
            "propertyNames": id_names("a var's name"),
        },
        "blocks": blocks(),
    }


def _stages() -> Schema:
    reserved = other_than(TOP_LEVEL, message="this is a key of the top level and not a stage's id")
    type_ = {"description": "The stage's type.", "anyOf": [{"enum": [*STAGES]}, TO_REFERENCE]}
    return {
        "description": STAGES_ARE,
        **or_reference("object", message="stages takes a mapping from ids to stages"),
        "propertyNames": id_names("a stage's id", **reserved),
        **_by_id("stage", "stage", properties={"type": type_}),
    }


def _by_id(part: str, any_stage: str, **any_type: Any) -> Schema:
    """Each stage as its type's `part`; an id is the type unless `type` says otherwise."""
    parts = {name: definition(f"{part}_{name}") for name in STAGES}
    by_type = [if_type({"const": name}, one) for name, one in parts.items()]
    typed = {**any_type, "allOf": [definition(any_stage), *by_type]}
    by_name = {
        name: {
            "description": STAGES[name].summary,
            **if_type({"not": {"const": name}}, typed),
            "else": one,
        }
        for name, one in parts.items()
    }
    return {"properties": by_name, "additionalProperties": typed}


def _may_hold(stage: StageType) -> Schema:
    """The stage's keys with their types; null removes the stage of a base."""
    model = without_needs(_model(stage))
    places = {key: {"type": "string", "description": text} for key, text in PLACES.items()}
    name = {"const": stage.name, "description": stage.summary}
    return {
        "description": stage.summary,
        "allOf": [definition("stage")],
        "properties": {"type": name, **model["properties"], **places},
        "additionalProperties": False,
    }


def _must_hold(stage: StageType) -> Schema:
    """What a stage needs where there is no base to have it."""
    return {"allOf": [definition("there")], **needs(_model(stage))}


def _model(stage: StageType) -> Schema:
    return model_schema(stage.spec, "type", *PLACES)
