"""Networks that are no plain chain: inputs by id, joins, lists inside of layers, shared layers."""

from __future__ import annotations

import copy

import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.network import Network, build
from tests.kit import IMAGE, conv, layer


def network(*layers: Component, shape: tuple[int, ...] = IMAGE) -> Network:
    return build(layers, shape, seed=0)


def images(*shape: int) -> torch.Tensor:
    return torch.randn(2, *(shape or IMAGE))


def test_a_layer_takes_what_its_input_names() -> None:
    net = network(conv(4, id="one"), conv(5, id="two"), conv(6, input="one", id="three"))
    x = images()
    assert torch.equal(net(x), net.three(net.one(x)))
    assert net.three.in_channels == 4


def test_the_word_input_is_what_the_network_is_given() -> None:
    net = network(conv(4, id="one"), conv(2, input="input", id="two"))
    x = images()
    assert torch.equal(net(x), net.two(x))


def test_outputs_are_kept_no_longer_than_they_are_needed() -> None:
    net = network(conv(id="a"), conv(id="b"), conv(id="c"), layer("Add", input=["a", "c"]))
    assert net._done == (("input",), (), ("b",), ("a", "c"))
    x = images()
    a = net.a(x)
    assert torch.equal(net(x), a + net.c(net.b(a)))


def test_sequential_holds_layers_with_names_of_their_own() -> None:
    net = network(layer("Sequential", layers=[conv(4, id="conv"), layer("ReLU")], id="stem"))
    assert list(net.state_dict()) == ["stem.conv.weight", "stem.conv.bias"]
    (row,) = net.rows
    assert (row.type, row.output_shape, row.parameters) == ("Sequential", (4, 8, 8), 4 * 3 * 9 + 4)
    assert [one.name for one in row.inside] == ["conv", "relu_1"]


def test_residual_adds_its_input() -> None:
    net = network(layer("Residual", layers=[conv(id="conv1")], id="sum"))
    x = images()
    assert torch.equal(net(x), net.sum.conv1(x) + x)
    assert list(net.state_dict()) == ["sum.conv1.weight", "sum.conv1.bias"]


def test_residual_adds_its_shortcut() -> None:
    short = layer("Conv2d", out_channels=6, kernel_size=1, stride=2, id="conv")
    main = layer("Conv2d", out_channels=6, kernel_size=3, stride=2, padding=1, id="conv1")
    net = network(layer("Residual", layers=[main], shortcut=[short], id="sum"))
    x = images()
    assert torch.equal(net(x), net.sum.conv1(x) + net.sum.shortcut.conv(x))
    assert [one.name for one in net.rows[0].inside] == ["conv1", "shortcut"]
    assert net.rows[0].parameters == sum(one.numel() for one in net.parameters())


def test_a_shared_layer_has_its_parameters_once() -> None:
    net = network(
        conv(id="one"), layer("ReLU"), layer("Shared", of="one"), layer("Shared", of="one")
    )
    assert list(net.state_dict()) == ["one.weight", "one.bias"]
    x = images()
    first = torch.relu(net.one(x))
    assert torch.equal(net(x), net.one(net.one(first)))
    assert [row.parameters for row in net.rows] == [84, 0, 0, 0]
    assert net.rows[2].multiply_adds == net.rows[0].multiply_adds


def test_it_can_be_copied() -> None:
    net = network(conv(id="one"), layer("Add", input=["one", "input"]))
    x = images()
    assert torch.equal(copy.deepcopy(net)(x), net(x))
