"""Layers with their paths below build_model, and those that make the network's outputs."""

from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.layer_lists import (
    every_layer,
    last_layer,
    output_layers,
    run_by,
    sources,
)
from cifar_pipe.model.value_ranges import gives_probabilities
from tests.kit import layer

MAIN, SHORTCUT = layer("ReLU"), layer("Identity")
BLOCK = layer("Residual", layers=[MAIN], shortcut=[SHORTCUT])
WHOLE = [layer("Flatten"), layer("Sequential", layers=[BLOCK, layer("Softplus")])]


def test_every_layer_comes_before_what_it_holds_with_its_path() -> None:
    assert [(path, one.name) for path, one in every_layer(WHOLE)] == [
        (("layers", 0), "Flatten"),
        (("layers", 1), "Sequential"),
        (("layers", 1, "layers", 0), "Residual"),
        (("layers", 1, "layers", 0, "layers", 0), "ReLU"),
        (("layers", 1, "layers", 0, "shortcut", 0), "Identity"),
        (("layers", 1, "layers", 1), "Softplus"),
    ]


def test_the_last_layer_is_a_sequentials_own_last_one() -> None:
    path, one = last_layer(WHOLE)
    assert (path, one.name) == (("layers", 1, "layers", 1), "Softplus")


@pytest.mark.parametrize(
    ("ending", "found"),
    [
        ([layer("Softmax", dim=1)], "Softmax"),
        ([layer("Softmax", dim=1), layer("Identity"), layer("Dropout")], "Softmax"),
        ([layer("Sequential", layers=[layer("Sigmoid"), layer("Identity")], repeat=2)], "Sigmoid"),
        ([layer("Residual", layers=[layer("Sigmoid")])], "Residual"),
    ],
)
def test_the_output_layer_is_the_one_that_makes_the_values(
    ending: list[Component], found: str
) -> None:
    [(_, last)] = output_layers([layer("Flatten"), *ending])
    assert last.name == found
    assert gives_probabilities(ending) == (found != "Residual")


def test_a_layer_that_is_not_used_makes_no_output() -> None:
    layers = [layer("Flatten"), layer("Softmax", dim=1, id="no"), layer("Identity", input="input")]
    assert output_layers(layers) == ()
    assert not gives_probabilities(layers)


def test_a_concat_has_several() -> None:
    layers = [
        layer("Sigmoid", id="one"),
        layer("Linear", out_features=2, id="two", input="input"),
        layer("Concat", input=["one", "two"]),
    ]
    assert [one.name for _, one in output_layers(layers)] == ["Sigmoid", "Linear"]
    assert sources(layers, 2) == [0, 1]
    assert sources(layers, 1) == [None]


def test_a_shared_layer_is_the_one_that_it_names() -> None:
    layers = [layer("Sigmoid", id="one"), layer("Flatten"), layer("Shared", of="one")]
    assert run_by(layers, 2) is layers[0]
    assert output_layers(layers) == ((("layers", 0), layers[0]),)


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
