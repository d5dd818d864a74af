from __future__ import annotations

import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.network import Network, build
from cifar_pipe.model.planning.shapes import check
from tests.kit import IMAGE, conv, layer


def network(*layers: Component) -> Network:
    return build(layers, IMAGE, seed=0)


def test_add_and_multiply_take_several() -> None:
    x = torch.randn(2, *IMAGE)
    added = network(conv(id="one"), layer("Add", input=["one", "input"]))
    assert torch.equal(added(x), added.one(x) + x)
    gated = network(
        layer("AdaptiveAvgPool2d", output_size=1),
        layer("Sigmoid", id="gate"),
        layer("Multiply", input=["input", "gate"]),
    )
    assert torch.allclose(gated(x), x * torch.sigmoid(x.mean((2, 3), keepdim=True)))


def test_concat_joins_channels_by_default() -> None:
    x = torch.randn(2, *IMAGE)
    net = network(conv(5, id="one"), layer("Concat", input=["input", "one"]))
    assert torch.equal(net(x), torch.cat([x, net.one(x)], dim=1))
    assert net.rows[-1].output_shape == (8, 8, 8)
    below = check([conv(id="one"), layer("Concat", dim=-2, input=["input", "one"])], IMAGE)
    assert below[-1].output_shape == (3, 16, 8)
