"""The estimate of memory, against what is counted by hand and what really is kept."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.training.memory import Memory, of_evaluation, of_training, state_share
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


@pytest.mark.parametrize(
    ("optimizer", "share"),
    [
        (SGD, 0),
        (make("optimizer", "SGD", lr=0.1, momentum=0.9), 1),
        (make("optimizer", "Adam", lr=0.1), 2),
        (make("optimizer", "Adam", lr=0.1, amsgrad=True), 3),
        (make("optimizer", "Muon", lr=0.1), 1),
    ],
)
def test_the_optimizers_state_is_counted(optimizer: Component, share: float) -> None:
    assert state_share(optimizer) == share


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
