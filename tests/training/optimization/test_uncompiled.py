"""Optimizers that leave torch's compiler unimported compute what PyTorch's own do."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import nn, optim

from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.training.optimization.uncompiled import declared_type, uncompiled

NAMES = [
    name
    for name, row in table_of("optimizer").entries.items()
    if row.address.startswith("torch.optim")
]


def trained(kind: type[optim.Optimizer], **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the optimizer's state after five steps with a schedule, saved and loaded on the way."""
    torch.manual_seed(0)
    network = nn.Linear(4, 3, bias=False)
    optimizer = kind(network.parameters(), lr=0.01, **more)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=2)
    for _ in range(5):
        images = torch.rand(8, 4)

        def loss(images: torch.Tensor = images) -> torch.Tensor:
            optimizer.zero_grad()
            value = network(images).square().mean()
            value.backward()
            return value

        optimizer.step(loss)
        scheduler.step()
        optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    return network.state_dict(), optimizer.state_dict()


@pytest.mark.parametrize("name", NAMES)
def test_it_computes_the_same_to_the_bit(name: str) -> None:
    kind = resolve(table_of("optimizer").entries[name])
    ours, theirs = trained(uncompiled(kind)), trained(kind)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def test_an_update_is_differentiated_only_where_that_is_asked_for() -> None:
    first = torch.ones(2, requires_grad=True)
    parameter = first * 1.0
    optimizer = uncompiled(optim.SGD)([nn.Parameter(torch.ones(2))], lr=0.1, differentiable=True)
    optimizer.param_groups[0]["params"] = [parameter]
    parameter.grad = torch.ones(2)
    optimizer.step()
    assert parameter.requires_grad
    assert parameter.grad_fn is not first.grad_fn
    assert torch.is_grad_enabled()


def test_it_is_known_by_the_class_that_was_named() -> None:
    optimizer = uncompiled(optim.AdamW)([nn.Parameter(torch.ones(2))])
    assert isinstance(optimizer, optim.AdamW)
    assert declared_type(optimizer) is optim.AdamW
    assert repr(optimizer).startswith("AdamW (")
    assert declared_type(optim.SGD([nn.Parameter(torch.ones(2))])) is optim.SGD
    assert uncompiled(optim.SGD) is uncompiled(optim.SGD)


def test_what_is_not_pytorchs_own_stays() -> None:
    class Mine(optim.SGD):
        def step(self, closure: Any = None) -> str:
            return "mine"

        def zero_grad(self, set_to_none: bool = True) -> str:
            return "mine too"

    optimizer = uncompiled(Mine)([nn.Parameter(torch.ones(2))])
    assert (optimizer.step(), optimizer.zero_grad()) == ("mine", "mine too")


def test_a_training_leaves_torchs_compiler_unimported() -> None:
    code = (
        "import sys, torch\n"
        "from cifar_pipe.training.optimization.uncompiled import uncompiled\n"
        "p = torch.nn.Parameter(torch.ones(2))\n"
        "o = uncompiled(torch.optim.Adam)([p])\n"
        "p.grad = torch.ones(2)\n"
        "o.step(); o.zero_grad(); o.load_state_dict(o.state_dict())\n"
        "sys.exit('torch._dynamo' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
