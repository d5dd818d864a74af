from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from cifar_pipe.schema.document import json_schema

SCHEMA = json_schema()


def errors(blocks: Any, *, extends: bool = False) -> list[str]:
    document = {"blocks": blocks, **({"extends": "base.yaml"} if extends else {"version": 1})}
    schema = {key: SCHEMA[key] for key in ("$defs", "if", "then")}
    schema["then"] = {"properties": {"blocks": SCHEMA["then"]["properties"]["blocks"]}}
    schema["properties"] = {"blocks": SCHEMA["properties"]["blocks"]}
    validator = jsonschema.Draft202012Validator(schema)
    return [one.message for one in validator.iter_errors(document)]


def test_a_block_has_parameters_and_layers() -> None:
    layers = [{"type": "Conv2d", "out_channels": "$block.width", "kernel_size": 3}, "ReLU"]
    assert errors({"conv": {"parameters": {"width": 8}, "layers": layers}}) == []


@pytest.mark.parametrize(
    "blocks",
    [
        {"Conv": {"layers": ["ReLU"]}},
        {"resnet18": {"layers": ["ReLU"]}},
        {"conv": {"layers": []}},
        {"conv": {"layers": ["ReLU"], "layer": 1}},
        {"conv": {"layers": ["ReLU"], "parameters": {"repeat": 1}}},
        {"conv": 3},
        {"conv": {}},
    ],
)
def test_one_mistake_is_one_error(blocks: Any) -> None:
    assert len(errors(blocks)) == 1


def test_null_removes_a_block_of_a_base_and_without_one_there_is_none_to_remove() -> None:
    assert errors({"conv": None}, extends=True) == []
    assert errors({"conv": {}}, extends=True) == []
    assert len(errors({"conv": None})) == 1
