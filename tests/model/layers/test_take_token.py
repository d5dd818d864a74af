from __future__ import annotations

import pytest
import torch

from cifar_pipe.model.layers.take_token import TakeToken
from cifar_pipe.model.network import build
from tests.kit import layer


@pytest.mark.parametrize("index", [0, 2, -1])
def test_it_takes_one_element_of_each_sequence(index: int) -> None:
    sequence = torch.randn(2, 3, 4)
    assert torch.equal(TakeToken(index)(sequence), sequence[:, index])


def test_a_transformer_ends_with_the_element_that_it_began_with() -> None:
    layers = [
        layer("Conv2d", out_channels=8, kernel_size=4, stride=4),
        layer("Flatten", start_dim=2),
        layer("Permute", dims=[0, 2, 1]),
        layer("ClassToken", id="token"),
        layer("PositionEmbedding", id="positions"),
        layer("TakeToken"),
    ]
    net = build(layers, (3, 8, 8), seed=0)
    assert [row.output_shape for row in net.rows][1:] == [(8, 4), (4, 8), (5, 8), (5, 8), (8,)]
    output = net(torch.randn(2, 3, 8, 8))
    assert torch.equal(output, (net.token.weight + net.positions.weight[:1]).expand(2, -1))
