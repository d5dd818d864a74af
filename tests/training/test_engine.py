"""One step of each engine, against the same step written by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.optim import LBFGS, SGD

from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import ClosureEngine, EagerEngine, make_engine
from tests.kit import small

LABELS = torch.tensor([0, 2])


@pytest.fixture
def images() -> Tensor:
    return torch.rand(2, 1, 2, 5, generator=torch.Generator().manual_seed(1))


def test_a_step_is_forward_backward_and_update(images: Tensor) -> None:
    ours, theirs = small(), small()
    engine = make_engine(ours, nn.CrossEntropyLoss(), SGD(ours.parameters(), lr=0.1), device="cpu")
    value = engine.step(images, LABELS)
    loss = nn.CrossEntropyLoss()(theirs(images), LABELS)
    loss.backward()
    SGD(theirs.parameters(), lr=0.1).step()
    assert isinstance(engine, EagerEngine)
    assert value == loss.item()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def test_gradients_of_the_step_before_are_forgotten(images: Tensor) -> None:
    network = small()
    engine = make_engine(network, nn.MSELoss(), SGD(network.parameters(), lr=0.0), device="cpu")
    targets = torch.zeros(2, 3)
    engine.step(images, targets)
    first = network.fc.weight.grad.clone()
    engine.step(images, targets)
    assert torch.equal(network.fc.weight.grad, first)


def test_on_another_device_than_the_cpu_the_loss_is_not_read(images: Tensor) -> None:
    network = small()
    optimizer = SGD(network.parameters(), lr=0.1)
    engine = EagerEngine(network, nn.CrossEntropyLoss(), optimizer, device="cuda")
    loss = engine.step(images, LABELS)
    assert isinstance(loss, Tensor)
    assert not loss.requires_grad


def test_a_loss_that_is_not_finite_changes_no_weight(images: Tensor) -> None:
    network = small()
    before = network.fc.weight.detach().clone()
    optimizer = SGD(network.parameters(), lr=0.1)
    engine = make_engine(network, nn.CrossEntropyLoss(), optimizer, device="cpu")
    with pytest.raises(NotFinite) as caught:
        engine.step(images * math.inf, LABELS)
    assert math.isnan(caught.value.loss)
    assert torch.equal(network.fc.weight, before)


def test_lbfgs_reports_the_first_of_its_losses(images: Tensor) -> None:
    network = small()
    optimizer = LBFGS(network.parameters(), lr=0.5)
    engine = make_engine(network, nn.CrossEntropyLoss(), optimizer, device="cpu")
    first = nn.CrossEntropyLoss()(network(images), LABELS).item()
    assert isinstance(engine, ClosureEngine)
    assert engine.step(images, LABELS) == pytest.approx(first)
