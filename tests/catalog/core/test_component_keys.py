"""The keys that components take beside their own arguments."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.component_keys import BLOCK_USE_KEYS, Group, LayerKeys, optimizer_keys
from cifar_pipe.catalog.core.lookup import common_keys, table_of


@pytest.mark.parametrize(
    ("kind", "name", "keys"),
    [
        ("scheduler", "StepLR", {"per"}),
        ("loss", "MSELoss", {"target"}),
        ("layer", "ReLU", {"id", "input", "trainable", "initialize"}),
        ("optimizer", "SGD", {"groups", "layer_decay"}),
        ("optimizer", "LBFGS", set()),
        ("metric", "accuracy", set()),
    ],
)
def test_each_kind_has_its_keys(kind: Any, name: str, keys: set[str]) -> None:
    assert set(common_keys(table_of(kind).entries[name]).model_fields) == keys


@pytest.mark.parametrize(
    "keys",
    [
        {"id": "Conv"},
        {"id": "1st"},
        {"input": []},
        {"trainable": "fc"},
        {"trainable": []},
        {"initialize": {}},
        {"name": "conv"},
    ],
)
def test_wrong_keys_of_a_layer_are_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LayerKeys.model_validate(keys)


def test_the_initializer_of_a_layer_may_be_one_or_by_name() -> None:
    assert make("layer", "ReLU", initialize="zeros_").common["initialize"].name == "zeros_"
    by_name = make("layer", "ReLU", initialize={"bias": "ones_"}).common["initialize"]
    assert by_name["bias"].name == "ones_"


def test_a_group_changes_something_for_patterns_of_parameters() -> None:
    keys = optimizer_keys(table_of("optimizer").entries["SGD"])
    [group] = keys.model_validate({"groups": [{"parameters": "norms", "lr": 0.5}]}).groups  # type: ignore[attr-defined]
    assert isinstance(group, Group)
    assert (group.patterns, group.settings) == (["norms"], {"lr": 0.5})
    with pytest.raises(ValidationError):
        keys.model_validate({"groups": [{"parameters": ["norms"]}]})


def test_a_block_is_used_with_the_keys_of_a_layer_and_repeat() -> None:
    assert set(BLOCK_USE_KEYS) == {"type", "repeat", *LayerKeys.model_fields}
