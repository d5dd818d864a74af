"""Where in an image a network found its answer."""

from __future__ import annotations

import torch
from torch import nn

from cifar_pipe.model.network import build
from cifar_pipe.report.looks.grad_cam import grad_cam, overlaid
from tests.kit import layer


def corner_finder() -> nn.Module:
    """Class 0 where the first channel is bright, class 1 where the second is; wherever that is."""
    layers = [
        layer("Conv2d", out_channels=2, kernel_size=1, bias=False, id="conv"),
        layer("ReLU"),
        layer("AdaptiveAvgPool2d", output_size=1),
        layer("Flatten"),
    ]
    network = build(layers, (2, 8, 8), seed=0)
    with torch.no_grad():
        network.conv.weight.copy_(torch.eye(2).view(2, 2, 1, 1))
    return network.eval()


def test_it_finds_the_place_that_speaks_for_the_class() -> None:
    images = torch.zeros(2, 2, 8, 8)
    images[:, 0, 0, 1] = images[:, 1, 6, 7] = 1
    maps = grad_cam(corner_finder(), images, torch.tensor([0, 1]))
    assert maps is not None
    assert [divmod(int(one.argmax()), 8) for one in maps] == [(0, 1), (6, 7)]
    assert maps.amax() == 1


def test_a_network_whose_layers_keep_no_places_has_no_map() -> None:
    network = build([layer("Flatten"), layer("Linear", out_features=2)], (1, 4, 4), seed=0).eval()
    assert grad_cam(network, torch.rand(1, 1, 4, 4), torch.tensor([0])) is None


def test_it_changes_neither_weights_nor_gradients() -> None:
    network = corner_finder()
    before = {name: one.clone() for name, one in network.state_dict().items()}
    grad_cam(network, torch.rand(1, 2, 8, 8), torch.tensor([0]))
    assert all(torch.equal(before[name], one) for name, one in network.state_dict().items())
    assert all(one.grad is None for one in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())


def test_what_speaks_for_the_answer_is_coloured_and_all_else_grey() -> None:
    pictures = torch.full((1, 3, 4, 4), 100, dtype=torch.uint8)
    maps = torch.zeros(1, 4, 4)
    maps[0, 0, 0] = 1
    [shown] = overlaid(pictures, maps)
    assert shown[:, 3, 3].tolist() == [100, 100, 100]
    red, _, blue = shown[:, 0, 0].tolist()
    assert red > 180
    assert blue < 60
