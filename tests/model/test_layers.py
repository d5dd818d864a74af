"""Our own layers compute what their papers say."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer


def test_pad_shortcut_slices_and_adds_channels_of_zeros() -> None:
    net = build([layer("PadShortcut", out_channels=5, stride=2)], (2, 5, 4), seed=0)
    images = torch.randn(3, 2, 5, 4)
    output = net(images)
    assert output.shape == (3, 5, 3, 2)
    assert torch.equal(output[:, 1:3], images[:, :, ::2, ::2])
    assert not output[:, 0].any()
    assert not output[:, 3:].any()


def test_pad_shortcut_cannot_take_channels_away() -> None:
    with pytest.raises(ProblemError, match="must not be below the input's 8"):
        check([layer("PadShortcut", out_channels=4)], (8, 4, 4))


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


def test_a_transformers_beginning_and_end() -> None:
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


def test_mean_takes_one_dimension_or_several() -> None:
    images = torch.randn(2, 3, 4, 5)
    assert torch.allclose(
        build([layer("Mean", dim=[2, 3])], (3, 4, 5), seed=0)(images), images.mean((2, 3))
    )
    kept = build([layer("Mean", keepdim=True)], (3, 4, 5), seed=0)(images)
    assert torch.allclose(kept, images.mean(1, keepdim=True))
    with pytest.raises(ProblemError, match="that is the batch"):
        check([layer("Mean", dim=[0, 1])], (3, 4, 5))


def test_permute_takes_as_many_dimensions_as_there_are() -> None:
    with pytest.raises(ProblemError) as caught:
        check([layer("Permute", dims=[0, 2, 1])], (3, 4, 5))
    assert caught.value.message == "Permute takes 4 dimensions here, those of [N, 3, 4, 5], not 3"
