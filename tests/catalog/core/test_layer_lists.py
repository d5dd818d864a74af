"""Layers and their paths below build_model."""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import every_layer, last_layer
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
