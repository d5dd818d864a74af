from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build
from cifar_pipe.training.optimization import optimizers
from cifar_pipe.training.optimization.optimizers import fused, make_optimizer
from tests.kit import layer, small

SGD = make("optimizer", "SGD", lr=0.1)


def test_frozen_parameters_are_left_out() -> None:
    network = small()
    network.fc.bias.requires_grad_(False)
    (group,) = make_optimizer(SGD, network, device="cpu").param_groups
    assert group["params"] == [network.fc.weight]
    assert group["fused"]


@pytest.mark.parametrize(
    ("name", "device", "expected"),
    [
        ("SGD", "cpu", True),
        ("AdamW", "cuda:1", True),
        ("SGD", "mps", False),
        ("RMSprop", "cpu", False),
    ],
)
def test_the_fused_kernel_is_taken_where_there_is_one(
    name: str, device: str, expected: bool
) -> None:
    assert fused(make("optimizer", name), device) == ({"fused": True} if expected else {})


def test_a_scaled_loss_goes_without_the_fused_kernel() -> None:
    assert fused(SGD, "cuda:0", "bfloat16") == {"fused": True}
    assert fused(SGD, "cuda:0", "float16") == {}


def test_a_network_without_parameters_is_reported() -> None:
    network = build([layer("Flatten"), layer("ReLU")], (1, 1, 3), seed=0)
    with pytest.raises(ProblemError, match="no parameters to train"):
        make_optimizer(SGD, network, device="cpu")


def test_an_optimizer_that_takes_matrices_only_is_reported() -> None:
    with pytest.raises(ProblemError, match="Muon takes weight matrices only, and 1 of") as caught:
        make_optimizer(make("optimizer", "Muon"), small(), device="cpu")
    assert caught.value.problem.code == "optimizer"


def test_what_pytorch_refuses_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("Invalid learning rate")

    monkeypatch.setattr(optimizers, "resolve", lambda _: refuse)
    with pytest.raises(ProblemError, match="SGD: Invalid learning rate"):
        make_optimizer(SGD, small(), device="cpu")
