"""Networks that are no plain chain: inputs by id, joins, lists inside of layers, shared layers."""

from __future__ import annotations

import copy

import pytest
import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.graph import last_module
from cifar_pipe.model.network import Network, build
from cifar_pipe.model.planning.misfit import Misfit
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer

IMAGE = (3, 8, 8)


def conv(out_channels: int = 3, **more: object) -> Component:
    return layer("Conv2d", out_channels=out_channels, kernel_size=3, padding=1, **more)


def network(*layers: Component, shape: tuple[int, ...] = IMAGE) -> Network:
    return build(layers, shape, seed=0)


def misfit(*layers: Component, shape: tuple[int, ...] = IMAGE) -> Misfit:
    with pytest.raises(Misfit) as caught:
        check(layers, shape)
    return caught.value


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


def test_add_and_multiply_take_several() -> None:
    x = images()
    added = network(conv(id="one"), layer("Add", input=["one", "input"]))
    assert torch.equal(added(x), added.one(x) + x)
    gated = network(
        layer("AdaptiveAvgPool2d", output_size=1),
        layer("Sigmoid", id="gate"),
        layer("Multiply", input=["input", "gate"]),
    )
    assert torch.allclose(gated(x), x * torch.sigmoid(x.mean((2, 3), keepdim=True)))


def test_concat_joins_channels_unless_told_otherwise() -> None:
    x = images()
    net = network(conv(5, id="one"), layer("Concat", input=["input", "one"]))
    assert torch.equal(net(x), torch.cat([x, net.one(x)], dim=1))
    assert net.rows[-1].output_shape == (8, 8, 8)
    below = check([conv(id="one"), layer("Concat", dim=-2, input=["input", "one"])], IMAGE)
    assert below[-1].output_shape == (3, 16, 8)


@pytest.mark.parametrize(
    ("join", "message"),
    [
        (
            layer("Add", input=["input", "one"]),
            "Add takes equal shapes, not [N, 3, 8, 8] and [N, 4, 8, 8]",
        ),
        (
            layer("Multiply", input=["input", "one"]),
            "Multiply takes equal shapes, or sizes of 1, not [N, 3, 8, 8] and [N, 4, 8, 8]",
        ),
        (
            layer("Concat", dim=2, input=["input", "one"]),
            (
                "Concat takes shapes that are equal but for dimension 2, not [N, 3, 8, 8] and "
                "[N, 4, 8, 8]"
            ),
        ),
    ],
)
def test_what_cannot_be_joined_is_told_with_its_shapes(join: Component, message: str) -> None:
    said = misfit(conv(4, id="one"), join)
    assert (said.message, said.argument, said.path) == (message, "input", (1,))
    assert said.notes == (
        "the input is [N, 3, 8, 8], one gives [N, 4, 8, 8]: Conv2d of [N, 3, 8, 8]",
    )


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


def test_repeat_infers_sizes_each_time() -> None:
    growing = [conv(2, id="new"), layer("Concat", input=["input", "new"])]
    net = network(layer("Sequential", layers=growing, repeat=3, id="block"))
    assert net.rows[0].output_shape == (9, 8, 8)
    names = [name for name in net.state_dict() if name.endswith("weight")]
    assert names == ["block.0.new.weight", "block.1.new.weight", "block.2.new.weight"]
    assert net.block[2].new.in_channels == 7
    assert net(images()).shape == (2, 9, 8, 8)


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


def test_a_residual_that_does_not_fit_offers_the_shortcut_that_would() -> None:
    main = layer("Conv2d", out_channels=6, kernel_size=3, stride=2, padding=1)
    said = misfit(layer("Residual", layers=[main]))
    assert said.message == (
        "Residual adds its input, [N, 3, 8, 8], to what its layers give, [N, 6, 4, 4]: "
        "the two must be equal"
    )
    assert said.help is not None
    assert said.help.startswith(
        "shortcut: [{type: Conv2d, out_channels: 6, kernel_size: 1, stride: 2}]"
    )
    corrected = layer("Conv2d", out_channels=6, kernel_size=1, stride=2)
    assert check([layer("Residual", layers=[main], shortcut=[corrected])], IMAGE)


def test_a_misfit_inside_leads_to_the_very_layer() -> None:
    wrong = layer("Linear", in_features=7, out_features=2)
    inner = layer("Residual", layers=[conv(), layer("Flatten"), wrong])
    said = misfit(conv(), layer("Sequential", layers=[layer("ReLU"), inner], repeat=2))
    assert said.path == (1, "layers", 1, "layers", 2)
    assert said.layer == wrong
    assert said.index == 1
    assert said.message == "Linear takes in_features 192 here, not 7"


def test_a_list_inside_is_told_what_it_is_given() -> None:
    said = misfit(conv(4), layer("Sequential", layers=[layer("BatchNorm2d", num_features=3)]))
    assert said.notes == ("Sequential is given [N, 4, 8, 8]",)


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


def test_a_shared_layer_must_fit_again() -> None:
    said = misfit(conv(4, id="one"), layer("Shared", of="one"))
    assert said.message == (
        "one cannot be shared here: for [N, 4, 8, 8] its weight would be [4, 4, 3, 3], and it is "
        "[4, 3, 3, 3]"
    )


def test_names_that_mean_something_else_are_refused() -> None:
    assert "that is what the list of layers is given" in misfit(conv(id="input")).message
    inner = misfit(layer("Residual", layers=[conv(id="shortcut")]))
    assert inner.path == (0, "layers", 0)
    assert network(conv(id="shortcut"))


def test_a_network_without_end_is_refused() -> None:
    ever = layer("ReLU")
    for _ in range(5):
        ever = layer("Sequential", layers=[ever], repeat=20)
    assert misfit(ever).code == "too-large"


@pytest.mark.parametrize(
    ("ending", "found"),
    [
        ([layer("Softmax", dim=1)], "Softmax"),
        ([layer("Softmax", dim=1), layer("Identity"), layer("Dropout")], "Softmax"),
        ([layer("Sequential", layers=[layer("Sigmoid"), layer("Identity")], repeat=2)], "Sigmoid"),
        ([layer("Residual", layers=[layer("Sigmoid")])], "Residual"),
        ([layer("Softmax", dim=1, id="no"), layer("Identity", input="input")], "Identity"),
    ],
)
def test_the_last_module_is_the_one_that_makes_the_output(
    ending: list[Component], found: str
) -> None:
    assert type(last_module(network(layer("Flatten"), *ending))).__name__ == found


def test_it_can_be_copied() -> None:
    net = network(conv(id="one"), layer("Add", input=["one", "input"]))
    x = images()
    assert torch.equal(copy.deepcopy(net)(x), net(x))
