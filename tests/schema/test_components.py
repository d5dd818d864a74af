from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from cifar_pipe.schema.components import layer_names
from cifar_pipe.schema.document import json_schema

DEFINITIONS = json_schema()["$defs"]


def errors(kind: str, value: Any) -> list[str]:
    schema = {"$ref": f"#/$defs/{kind}", "$defs": DEFINITIONS}
    return [one.message for one in jsonschema.Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("layer", "ReLU"),
        ("layer", "my_block"),
        ("layer", {"type": "my_block", "anything": 1, "repeat": 3}),
        ("layer", {"type": "Linear", "out_features": 10, "id": "fc", "trainable": False}),
        ("optimizer", {"type": "SGD", "lr": 0.1}),
        ("optimizer", "$vars.optimizer"),
        ("optimizer", {"lr": 0.1}),
    ],
)
def test_names_references_blocks_and_mappings_are_taken(kind: str, value: Any) -> None:
    assert errors(kind, value) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("layer", "Linear"),
        ("layer", {"type": "Liner"}),
        ("layer", {"type": "Linear", "out_features": 0}),
        ("layer", {"type": "Linear", "out_feature": 10}),
        ("layer", {"type": "my_block", "repeat": 0}),
        ("optimizer", {"type": "SGD", "lr": "fast"}),
        ("optimizer", 3),
    ],
)
def test_one_mistake_is_one_error(kind: str, value: Any) -> None:
    assert len(errors(kind, value)) == 1


def test_lower_case_layers_cannot_be_the_names_of_blocks() -> None:
    assert "resnet18" in layer_names()
    assert "Linear" not in layer_names()
