from __future__ import annotations

import re

from torch import nn

from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.layer_names import OF_MODULES
from cifar_pipe.model.planning.shapes import check
from tests.kit import IMAGE, argument_of, conv, layer, problem_of


def test_the_names_of_every_module_are_those_of_the_installed_pytorch() -> None:
    public = {name for name in dir(nn.Module()) if re.match(ID_PATTERN, name)}
    assert public <= OF_MODULES


def test_two_layers_cannot_have_one_name() -> None:
    problem = problem_of(layer("ReLU", id="same"), layer("Tanh", id="same"))
    assert problem.message == "two layers are called `same`: this one and a ReLU above it"
    assert (problem.path[1], argument_of(problem)) == (1, "id")


def test_names_that_mean_something_else_are_refused() -> None:
    assert (
        "that is what the list of layers is given"
        in problem_of(conv(id="input"), shape=IMAGE).message
    )
    inner = problem_of(layer("Residual", layers=[conv(id="shortcut")]), shape=IMAGE)
    assert inner.path == ("layers", 0, "layers", 0, "id")
    assert check([conv(id="shortcut")], IMAGE)


def test_layers_without_an_id_are_called_by_type_and_number() -> None:
    layers = [
        layer("Conv2d", out_channels=2, kernel_size=3),
        layer("ReLU"),
        layer("Conv2d", out_channels=2, kernel_size=3, id="middle"),
        layer("ReLU"),
        layer("Conv2d", out_channels=2, kernel_size=3),
    ]
    network = build(layers, (1, 9, 9), seed=0)
    names = [name for name, _ in network.named_children()]
    assert names == ["conv2d_1", "relu_1", "middle", "relu_2", "conv2d_3"]
    assert "conv2d_3.weight" in network.state_dict()
