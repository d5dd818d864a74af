"""The layers whose outputs a network gives, seen through those that only pass values on."""

from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.pipeline.output_layers import output_layers
from tests.kit import layer

LINEAR = layer("Linear", out_features=3, id="a")
TWO = [LINEAR, layer("Sigmoid", input="a", id="b"), layer("Concat", input=["a", "b"])]


@pytest.mark.parametrize(
    ("layers", "paths"),
    [
        ([LINEAR, layer("Dropout"), layer("Flatten")], [("layers", 0)]),
        (TWO, [("layers", 0), ("layers", 1)]),
        ([layer("Sequential", layers=[LINEAR, layer("Identity")])], [("layers", 0, "layers", 0)]),
        ([LINEAR, layer("Sequential", layers=[layer("Identity")])], [("layers", 0)]),
        ([LINEAR, layer("ReLU"), layer("Shared", of="a")], [("layers", 0)]),
        ([layer("Flatten")], []),
    ],
)
def test_what_makes_the_outputs(layers: list[Component], paths: list[tuple[object, ...]]) -> None:
    assert [path for path, _ in output_layers(layers)] == paths
