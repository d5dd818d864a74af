from __future__ import annotations

import torch
from torch import nn

from cifar_pipe.training.optimization.gradient_descent import GradientDescent


def test_each_weight_goes_down_its_gradient() -> None:
    weight = nn.Parameter(torch.tensor([1.0, 2.0]))
    weight.grad = torch.tensor([10.0, -10.0])
    GradientDescent([weight], lr=0.1).step()
    assert torch.equal(weight, torch.tensor([0.0, 3.0]))


def test_a_weight_without_a_gradient_stays() -> None:
    weight = nn.Parameter(torch.tensor([1.0]))
    GradientDescent([weight]).step()
    assert torch.equal(weight, torch.tensor([1.0]))


def test_each_group_has_its_own_learning_rate() -> None:
    slow, fast = (nn.Parameter(torch.tensor([1.0])) for _ in range(2))
    slow.grad = fast.grad = torch.tensor([1.0])
    GradientDescent([{"params": [slow]}, {"params": [fast], "lr": 1.0}], lr=0.5).step()
    assert (slow.item(), fast.item()) == (0.5, 0.0)


def test_it_is_sgd_without_momentum() -> None:
    ours, theirs = (nn.Parameter(torch.arange(4.0)) for _ in range(2))
    pairs = (GradientDescent([ours], lr=0.03), ours), (torch.optim.SGD([theirs], lr=0.03), theirs)
    for _ in range(3):
        for optimizer, weight in pairs:
            optimizer.zero_grad()
            (weight**3).sum().backward()
            optimizer.step()
    assert torch.allclose(ours, theirs)
