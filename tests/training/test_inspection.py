from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.runtime import Precision
from cifar_pipe.training.inspection import inspect, norm
from tests.kit import small


def ones(output: Tensor) -> tuple[Tensor, Tensor]:
    return output, torch.ones_like(output)


def test_the_network_keeps_its_gradients_and_its_running_means(context: Context) -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    inspect(network, torch.randn(4, 2), ones, context)
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    assert all(one.grad is None for one in network.parameters())


def test_gradients_that_are_there_already_are_zeroed(context: Context) -> None:
    network = small()
    images = torch.randn(2, 1, 2, 5)
    network(images).sum().backward()
    found = inspect(network, images, ones, context)
    assert torch.allclose(found.gradients["fc.bias"], torch.tensor([2.0, 2.0, 2.0]))


def test_without_a_loss_there_is_none(context: Context) -> None:
    found = inspect(small(), torch.randn(2, 1, 2, 5), ones, context)
    assert found.loss is None
    assert found.operations == ["AddmmBackward0"]


def test_a_loss_is_reported_with_the_operations_back_from_it(context: Context) -> None:
    found = inspect(small(), torch.randn(2, 1, 2, 5), lambda output: (output.sum(), None), context)
    assert found.loss == pytest.approx(found.output.sum().item())
    assert found.operations == ["SumBackward0", "AddmmBackward0"]


def test_a_frozen_parameter_gets_no_gradient(context: Context) -> None:
    network = small()
    network.get_parameter("fc.weight").requires_grad_(requires_grad=False)
    found = inspect(network, torch.randn(2, 1, 2, 5), ones, context)
    assert found.gradients["fc.weight"] is None
    assert norm(found.gradients["fc.weight"]) is None


def test_a_network_without_parameters_is_reported(context: Context) -> None:
    with pytest.raises(RunError, match="no parameters that take a gradient"):
        inspect(nn.Flatten(), torch.randn(2, 3), ones, context)


def test_a_batch_that_is_too_small_to_normalise_is_reported(context: Context) -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    with pytest.raises(RunError, match="does not take 1 images in training") as caught:
        inspect(network, torch.randn(1, 2), ones, context)
    assert "batch_size of 2" in caught.value.help[0]


@pytest.mark.parametrize("precision", ["bfloat16", "bfloat16-true"])
def test_it_looks_at_what_is_computed_in_the_runs_precision(
    precision: Precision, context: Context
) -> None:
    network, images = small(), torch.randn(2, 1, 2, 5)
    found = inspect(network, images, ones, replace(context, precision=precision))
    theirs = small()
    if precision == "bfloat16":
        with torch.autocast("cpu", torch.bfloat16):
            output = theirs(images)
    else:
        output = theirs.to(torch.bfloat16)(images.to(torch.bfloat16))
    output.float().backward(torch.ones(2, 3))
    assert torch.equal(found.output, output.float())
    gradient = found.gradients["fc.weight"]
    assert gradient is not None
    assert torch.equal(gradient, theirs.fc.weight.grad)
    assert network.fc.weight.dtype == torch.float32
