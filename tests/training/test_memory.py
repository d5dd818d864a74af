"""The estimate of memory, against what is counted by hand and what really is kept."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_arguments
from cifar_pipe.model.network import build, build_on_meta
from cifar_pipe.training.memory import Memory, of_evaluation, of_training, state_bytes
from cifar_pipe.training.optimization.optimizers import make_optimizer
from tests.kit import LENET, layer, lenet

FLOAT = 4
SGD = make("optimizer", "SGD", lr=0.1)
LINEAR = [layer("Flatten"), layer("Linear", out_features=3)]


def test_a_linear_layer_is_counted_by_hand() -> None:
    memory = of_training(LINEAR, (1, 2, 5), batch_size=4, optimizer=SGD)
    weights = FLOAT * (10 * 3 + 3)
    images, largest = FLOAT * 4 * 10, FLOAT * 4 * 10
    assert memory == Memory(weights, weights, 0, images + 2 * largest, 4)
    assert memory.total == 2 * weights + 3 * images


def test_what_is_kept_of_lenet_is_what_autograd_keeps_of_real_numbers() -> None:
    network, kept = lenet(), {}
    own = {one.untyped_storage().data_ptr() for one in network.parameters()}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            # Alive until the end, so that no address is used twice.
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        network(torch.zeros(8, 3, 32, 32)).sum()
    real = sum(size for size, _ in kept.values())
    estimate = of_training(LENET, (3, 32, 32), batch_size=8, optimizer=SGD)
    largest = FLOAT * 8 * 6 * 28 * 28
    assert estimate.activations - 2 * largest == pytest.approx(real, rel=0.02)


# Muon takes matrices only.
MATRIX = [layer("Flatten"), layer("Linear", out_features=3, bias=False)]
MORE = {
    "SGD": [{"momentum": 0.9}],
    "Adam": [{"amsgrad": True}],
    "RMSprop": [{"momentum": 0.9, "centered": True}],
    "LBFGS": [{"history_size": 3}],
}
OPTIMIZERS = [
    make("optimizer", name, **{**example_arguments(entry), "lr": 0.001, **more})
    for name, entry in table_of("optimizer").entries.items()
    for more in ({}, *MORE.get(name, []))
]


def held(value: Any) -> dict[int, int]:
    """Bytes of all tensors in what an optimizer keeps."""
    if isinstance(value, Tensor):
        return {id(value): value.nbytes}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {key: size for one in inner for key, size in held(one).items()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: f"{one.name}-{len(one.given)}")
def test_what_every_optimizer_keeps_is_counted(optimizer: Component) -> None:
    layers = MATRIX if optimizer.name == "Muon" else LENET
    shape = (1, 2, 5) if optimizer.name == "Muon" else (3, 32, 32)
    network = build(layers, shape, seed=0)
    made = make_optimizer(optimizer, network, device="cpu")
    images = torch.randn(4, *shape, generator=torch.Generator().manual_seed(0))

    def closure() -> Tensor:
        made.zero_grad()
        loss = nn.functional.cross_entropy(network(images), torch.arange(4) % 3)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    for _ in range(2):
        if optimizer.name == "LBFGS":
            made.step(closure)
        else:
            closure()
            made.step()
    real = sum(held(list(made.state.values())).values())
    estimate = state_bytes(optimizer, build_on_meta(layers, shape))
    if optimizer.given.get("history_size", 100) < 100 or optimizer.name != "LBFGS":
        assert real == pytest.approx(estimate, rel=1e-3, abs=8)
    else:
        # It fills its history of 100 as it goes.
        assert real < estimate


@pytest.mark.parametrize(
    ("name", "working"), [("SGD", 0), ("Adam", 0), ("RMSprop", 2 * 30), ("LBFGS", 5 * 33)]
)
def test_what_a_step_takes_counts_where_it_is_more_than_the_activations(
    name: str, working: int
) -> None:
    optimizer = make("optimizer", name, lr=0.1)
    small = of_training(LINEAR, (1, 2, 5), batch_size=1, optimizer=optimizer)
    large = of_training(LINEAR, (1, 2, 5), batch_size=1000, optimizer=optimizer)
    assert small.working == FLOAT * working
    assert small.total == small.fixed + max(small.activations, FLOAT * working)
    assert large.total == large.fixed + large.activations
    assert small.largest_batch(small.fixed + small.working - 1) == 0 or not working


def test_parameters_that_are_frozen_have_no_state() -> None:
    frozen = [layer("Flatten"), layer("Linear", out_features=3, trainable=False)]
    network = build_on_meta([*frozen, layer("Linear", out_features=2)], (1, 2, 5))
    assert state_bytes(make("optimizer", "SGD", lr=0.1, momentum=0.9), network) == FLOAT * (6 + 2)


def test_activations_grow_with_the_batch_and_the_largest_that_fits_is_reported() -> None:
    one, many = (of_training(LENET, (3, 32, 32), batch_size=n, optimizer=SGD) for n in (10, 100))
    assert many.activations == 10 * one.activations
    assert many.fixed == one.fixed
    most = one.largest_batch(many.total)
    assert most == 100
    assert one.largest_batch(one.fixed - 1) == 0


def test_an_evaluation_keeps_no_gradients() -> None:
    memory = of_evaluation(LENET, (3, 32, 32), batch_size=10)
    assert (memory.gradients, memory.optimizer) == (0, 0)
    assert memory.activations == 3 * FLOAT * 10 * 6 * 28 * 28


def test_half_weights_take_half_of_everything() -> None:
    adam = make("optimizer", "Adam")
    whole, half = (
        of_training(LENET, (3, 32, 32), batch_size=8, optimizer=adam, precision=precision)
        for precision in ("float32", "bfloat16-true")
    )
    for part in ("parameters", "gradients"):
        assert getattr(half, part) == getattr(whole, part) // 2
    # Adam's numbers of steps are float32 in any case; of max pooling int64 places are kept.
    assert half.optimizer < 0.51 * whole.optimizer
    assert whole.activations / 2 <= half.activations < 0.8 * whole.activations
    evaluated = of_evaluation(LENET, (3, 32, 32), batch_size=8, precision="bfloat16-true")
    assert 2 * evaluated.total == of_evaluation(LENET, (3, 32, 32), batch_size=8).total
