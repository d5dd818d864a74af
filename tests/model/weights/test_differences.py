"""Weights of another network are compared with it in words, with a cure where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build
from cifar_pipe.model.weights.files import Weights
from cifar_pipe.model.weights.loading import load_weights
from tests.kit import layer, lenet, small

PATH = Path("net.pth")


def error_of(state: dict[str, Tensor], network: Network) -> RunError:
    with pytest.raises(RunError) as caught:
        load_weights(network, Weights(PATH, state))
    return caught.value


def test_names_and_sizes_are_listed() -> None:
    state = {"fc.weight": torch.zeros(3, 9), "head.weight": torch.zeros(10, 84)}
    error = error_of(state, small())
    assert error.message == (
        "net.pth does not fit the network: not in the file: fc.bias; "
        "not in the network: head.weight; fc.weight is [3, 9] there and [3, 10] in the network"
    )
    assert "ids and sizes" in error.help[0]


def test_many_names_are_cut_short() -> None:
    assert error_of({}, lenet()).message.endswith("fc1.weight and 5 more")


def test_other_classes_are_reported_with_their_number() -> None:
    state = {"fc.weight": torch.zeros(5, 10), "fc.bias": torch.zeros(5)}
    assert "fc gives 5 in the file: it is for 5 classes" in error_of(state, small()).help[0]


def test_of_a_whole_network_the_layer_itself_can_take_the_file() -> None:
    layers = [layer("squeezenet1_1", num_classes=3, id="net")]
    network = build(layers, (3, 64, 64), seed=0)
    other = [layer("squeezenet1_1", num_classes=4, id="net")]
    state = dict(build(other, (3, 64, 64), seed=0).state_dict())
    (help_,) = error_of(state, network).help
    assert (
        "the file is for 4 classes: load it with `weights_file` of the layer squeezenet1_1" in help_
    )


def test_where_only_names_differ_the_ids_are_named() -> None:
    network = lenet()
    state = {
        name.replace("conv", "c").replace("fc3", "head"): one
        for name, one in network.state_dict().items()
    }
    (help_,) = error_of(state, network).help
    assert help_.endswith("`id: c1` for conv1, `id: c2` for conv2, `id: head` for fc3")


def test_names_that_are_no_ids_are_written_anew_and_that_cure_works(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    linear = [layer("Linear", out_features=size, id=name) for size, name in ((3, "a"), (2, "b"))]
    network = build([layer("Flatten"), *linear], (1, 2, 5), seed=0)
    numbered = {
        name.replace("a.", "1.").replace("b.", "2."): torch.ones_like(one)
        for name, one in network.state_dict().items()
    }
    torch.save(numbered, path)
    with pytest.raises(RunError) as caught:
        load_weights(network, Weights(path, numbered))
    exec(caught.value.help[0].rpartition("file: ")[2], {"torch": torch})
    renamed = torch.load(tmp_path / "net_renamed.pth", weights_only=True)
    assert load_weights(network, Weights(path, renamed)) == ()
