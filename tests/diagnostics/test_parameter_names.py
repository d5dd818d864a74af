from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.parameter_names import nearest_parameter

NAMES = ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("conv9.bias", "conv1.bias"),
        ("conv2.bais", "conv2.bias"),
        ("cnov2.bias", "conv2.bias"),
        ("fc2.weight", "fc1.weight"),
        ("Conv1.weight", "conv1.weight"),
        ("head.bias", None),
        ("conv1.momentum", None),
        ("bias", None),
    ],
)
def test_the_nearest_is_of_the_same_kind_of_layer(word: str, meant: str | None) -> None:
    assert nearest_parameter(word, NAMES) == meant


def test_no_layer_of_another_kind_is_suggested() -> None:
    assert nearest_parameter("conv9.bias", ["fc1.weight", "fc1.bias"]) is None


def test_beginnings_of_names_are_compared_alike() -> None:
    layers = ["conv1", "bn1", "layer1", "layer2", "fc"]
    assert nearest_parameter("layer9", layers) == "layer1"
    assert nearest_parameter("laeyr2", layers) == "layer2"
    assert nearest_parameter("head", layers) is None
