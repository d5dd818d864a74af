from __future__ import annotations

import torch
from torch import nn

from cifar_pipe.model.layers.class_token import ClassToken


def test_it_puts_its_weight_before_each_sequence() -> None:
    token = ClassToken(4)
    assert not token.weight.any()
    nn.init.ones_(token.weight)
    sequence = torch.randn(2, 3, 4)
    expected = torch.cat([torch.ones(2, 1, 4), sequence], dim=1)
    assert torch.equal(token(sequence), expected)
