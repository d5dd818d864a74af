from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.training.precision import laid_out, matrix_products, outputs_of, placed
from tests.kit import lenet, small


def test_outputs_are_float32_whatever_they_are_computed_in(context: Context) -> None:
    images = torch.rand(3, 1, 2, 5)
    network = small()
    exact = outputs_of(network, images, context)
    assert torch.equal(exact, network(images))
    rounded = outputs_of(network, images, replace(context, precision="bfloat16"))
    assert rounded.dtype == torch.float32
    assert not torch.equal(rounded, exact)
    torch.testing.assert_close(rounded, exact, rtol=0.02, atol=0.02)


def test_channels_last_changes_the_layout_and_nothing_else(context: Context) -> None:
    network, images = lenet(), torch.rand(3, 3, 32, 32)
    expected = network(images)
    laid_out(network, "channels_last")
    assert network.conv1.weight.is_contiguous(memory_format=torch.channels_last)
    context = replace(context, memory_format="channels_last")
    torch.testing.assert_close(outputs_of(network, images, context), expected)


def test_a_network_is_laid_out_back_again() -> None:
    network = lenet()
    laid_out(network, "channels_last")
    laid_out(network, "contiguous")
    assert network.conv1.weight.is_contiguous()


@pytest.mark.parametrize(("precision", "during"), [("tf32", True), ("float32", False)])
def test_tf32_is_allowed_while_it_is_wanted(precision: str, during: bool) -> None:
    products = torch.backends.cuda.matmul
    assert not products.allow_tf32
    with matrix_products(precision):  # type: ignore[arg-type]
        assert products.allow_tf32 is during
    assert not products.allow_tf32


def test_a_network_of_another_format_is_placed_as_a_copy(context: Context) -> None:
    network, half = small(), replace(context, precision="bfloat16-true")
    assert placed(network, context) is network
    copied = placed(network, half)
    assert copied.fc.weight.dtype == torch.bfloat16
    assert network.fc.weight.dtype == torch.float32
    assert placed(copied, half) is copied


def test_outputs_of_half_weights_are_those_of_half_images(context: Context) -> None:
    images, half = torch.rand(3, 1, 2, 5), replace(context, precision="bfloat16-true")
    outputs = outputs_of(placed(small(), half), images, half)
    by_hand = small().to(torch.bfloat16)(images.to(torch.bfloat16))
    assert outputs.dtype == torch.float32
    assert torch.equal(outputs, by_hand.float())
