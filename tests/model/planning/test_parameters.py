"""`trainable` and `initialize`: which parameters training changes, and how they begin."""

from __future__ import annotations

import pytest
import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.model.network import Network, build
from tests.kit import argument_of, layer, problem_of

IMAGE = (3, 8, 8)


def network(*layers: Component, **more: object) -> Network:
    return build(layers, IMAGE, seed=0, **more)  # type: ignore[arg-type]


def problem(*layers: Component) -> Problem:
    return problem_of(*layers, shape=IMAGE)


def conv(**more: object) -> Component:
    return layer("Conv2d", out_channels=4, kernel_size=3, id="conv", **more)


def trained(net: Network) -> list[str]:
    return [name for name, one in net.named_parameters() if one.requires_grad]


def test_a_frozen_layer_is_not_trained_and_says_so() -> None:
    net = network(conv(trainable=False), layer("BatchNorm2d", id="bn"))
    assert trained(net) == ["bn.weight", "bn.bias"]
    assert [(row.parameters, row.trainable) for row in net.rows] == [(112, 0), (8, 8)]


def test_a_list_names_what_is_trained() -> None:
    net = network(layer("resnet18", num_classes=10, trainable=["layer4", "fc"], id="net"))
    assert {name.split(".")[1] for name in trained(net)} == {"layer4", "fc"}


def test_a_frozen_sequential_freezes_all_inside() -> None:
    inner = layer("Sequential", layers=[conv(), layer("BatchNorm2d")], trainable=False)
    assert trained(network(inner)) == []
    kept = layer("Sequential", layers=[conv(), layer("BatchNorm2d")], trainable=["conv"], id="s")
    assert trained(network(kept)) == ["s.conv.weight", "s.conv.bias"]


def test_a_beginning_that_no_parameter_has_is_reported() -> None:
    found = problem(layer("resnet18", trainable=["layr4"]))
    assert found.message == "no parameter of resnet18 begins with `layr4`"
    assert argument_of(found) == "trainable"
    assert found.help == "they begin with conv1, bn1, layer1, layer2, layer3, layer4, fc"


def test_one_initializer_is_for_all_weights_that_are_matrices_or_more() -> None:
    net = network(conv(initialize={"type": "constant_", "val": 2}))
    assert bool((net.conv.weight == 2).all())
    assert not bool((net.conv.bias == 2).any())


def test_initializers_by_name() -> None:
    net = network(
        conv(
            initialize={
                "weight": {"type": "kaiming_normal_", "nonlinearity": "relu"},
                "bias": "zeros_",
            }
        )
    )
    assert not bool(net.conv.bias.any())
    assert net.conv.weight.detach().std().item() == pytest.approx((2 / 27) ** 0.5, rel=0.3)


def test_what_is_written_inside_has_precedence() -> None:
    inner = conv(initialize={"bias": "ones_"})
    outer = layer(
        "Sequential", layers=[inner], initialize={"bias": "zeros_", "weight": "zeros_"}, id="s"
    )
    by_type = {
        "Conv2d": layer("Conv2d", out_channels=1, kernel_size=1, initialize="ones_").common[
            "initialize"
        ]
    }
    net = network(outer, layer("Conv2d", out_channels=1, kernel_size=1, id="last"), by_type=by_type)
    assert bool(net.s.conv.bias.all())
    assert not bool(net.s.conv.weight.any())
    assert bool((net.last.weight == 1).all())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (conv(initialize={"wait": "zeros_"}), "Conv2d has no parameter `wait`"),
        (layer("ReLU", initialize="zeros_"), "ReLU has no parameter with two dimensions or more"),
        (
            conv(initialize={"bias": "kaiming_normal_"}),
            "kaiming_normal_ takes parameters of 2 or more dimensions, and bias of Conv2d is [4]",
        ),
        (
            conv(initialize="eye_"),
            "eye_ takes parameters of 2 dimensions, and weight of Conv2d is [4, 3, 3, 3]",
        ),
    ],
)
def test_what_cannot_begin_like_that_is_reported(wrong: Component, message: str) -> None:
    found = problem(wrong)
    assert (found.message, argument_of(found)) == (message, "initialize")


def test_the_weights_are_the_same_for_the_same_seed() -> None:
    one, two = (network(conv(initialize="orthogonal_")) for _ in range(2))
    assert torch.equal(one.conv.weight, two.conv.weight)
