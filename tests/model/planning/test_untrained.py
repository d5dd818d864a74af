from __future__ import annotations

from cifar_pipe.model.planning.untrained import untrained
from tests.kit import layer


def test_a_network_loses_what_is_written_of_its_weights_alone() -> None:
    bare = untrained(layer("resnet18", weights="DEFAULT", weights_stand_in="random", id="net"))
    assert bare == layer("resnet18", id="net")
    kept = untrained(layer("resnet18", weights_file="a.pth", num_classes=3))
    assert kept == layer("resnet18", num_classes=3)


def test_any_other_layer_stays_as_it_is() -> None:
    relu = layer("ReLU")
    assert untrained(relu) is relu
