from __future__ import annotations

import pytest
import torch
from torch import nn

from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer


def test_self_attention_is_pytorchs_own_over_one_sequence() -> None:
    net = build([layer("SelfAttention", num_heads=2, id="attention")], (5, 8), seed=0)
    torch.manual_seed(0)
    theirs = nn.MultiheadAttention(8, 2, batch_first=True)
    sequence = torch.randn(3, 5, 8)
    assert torch.allclose(net(sequence), theirs(sequence, sequence, sequence)[0], atol=1e-6)
    assert list(net.state_dict()) == [f"attention.{name}" for name in theirs.state_dict()]


def test_heads_that_do_not_divide_are_reported() -> None:
    with pytest.raises(ProblemError) as caught:
        check([layer("SelfAttention", num_heads=3)], (5, 8))
    assert caught.value.message == "num_heads 3 of SelfAttention does not divide embed_dim 8"
