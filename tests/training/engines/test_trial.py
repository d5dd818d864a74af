"""Two engines are held against each other step by step: rounding is told from another computation."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD, Adagrad

from cifar_pipe.context import Context
from cifar_pipe.training.engine import AnyBatch, EagerEngine, Engine
from cifar_pipe.training.engines.trial import Tolerance, Trial, taken_back

TOLERANCE = Tolerance(1e-4, 1e-2)


class Network(nn.Module):
    """Of which a batch normalization sees numbers that are nearly the same, at `spread` from each other."""

    def __init__(self, spread: float) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 8), nn.Linear(8, 3)
        self.norm = nn.BatchNorm1d(8, eps=1e-12)
        self.spread = spread
        self.error = 1.0
        self.rounded_late = False

    def forward(self, images: Tensor) -> Tensor:
        images = 1 + self.spread * images
        if self.rounded_late:
            weight, bias = self.first.weight.double(), self.first.bias.double()
            hidden = F.linear(images.double(), weight, bias).float()
        else:
            hidden = self.first(images)
        # The value is right, the gradient not.
        hidden = self.error * hidden - ((self.error - 1) * hidden).detach()
        outputs: Tensor = self.last(torch.relu(self.norm(hidden)))
        return outputs


def batches(_: Engine) -> Iterator[list[AnyBatch]]:
    source = torch.Generator().manual_seed(2)
    for _ in range(3):
        yield [(torch.randn(8, 6, generator=source), torch.randint(3, (8,), generator=source))]


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return Network(spread=1.0)


def taken(
    network: Network,
    context: Context,
    *,
    lr: float = 0.01,
    like: Trial | None = None,
    shaken: bool = False,
) -> Trial:
    own = copy.deepcopy(network)
    engine = EagerEngine(own, nn.CrossEntropyLoss(), SGD(own.parameters(), lr=lr), context)
    trial = Trial(own, engine, batches)
    trial.first_steps(like=like, shaken=shaken)
    return trial


def test_each_step_is_one_from_the_weights_of_the_other(network: Network, context: Context) -> None:
    first = taken(network, context, lr=100.0)
    network.error = 1.001
    second = taken(network, context, lr=100.0, like=first)
    # From its own weights the third loss would be of another size.
    assert second.losses == pytest.approx(first.losses, rel=1e-6)
    assert first.apart(second, TOLERANCE) is None


def test_a_gradient_that_is_wrong_is_found(network: Network, context: Context) -> None:
    first = taken(network, context)
    shaken = taken(network, context, like=first, shaken=True)
    network.error = 1.5
    second = taken(network, context, like=first)
    assert second.losses == pytest.approx(first.losses, rel=1e-6)
    assert "change of the weights" in (first.apart(second, TOLERANCE, shaken) or "")


def test_a_loss_that_is_wrong_is_found(network: Network, context: Context) -> None:
    first = taken(network, context)
    second = taken(network, context, like=first)
    second.losses[1] += 0.001
    shaken = taken(network, context, like=first, shaken=True)
    assert "a loss of" in (first.apart(second, TOLERANCE, shaken) or "")


def test_what_rounding_decides_may_be_as_far_off_as_the_engine_is_from_itself(
    context: Context,
) -> None:
    torch.manual_seed(0)
    network = Network(spread=5e-4)
    first = taken(network, context)
    network.rounded_late = True
    second = taken(network, context, like=first)
    network.rounded_late = False
    shaken = taken(network, context, like=first, shaken=True)
    assert first.apart(second, TOLERANCE) is not None
    assert first.apart(second, TOLERANCE, shaken) is None


def test_half_of_a_change_is_never_rounding(network: Network, context: Context) -> None:
    first = taken(network, context)
    change = sum(
        float((after - before).norm()) ** 2
        for before, after in zip(first.weights, first.weights[1:], strict=False)
    )
    shaken, other = (taken(network, context, like=first) for _ in range(2))
    shaken.distance, other.distance = 1e6, 0.6 * change**0.5
    assert first.apart(other, TOLERANCE, shaken) is not None


def test_an_optimizer_that_begins_with_a_state_has_it_again(
    network: Network, context: Context
) -> None:
    optimizer = Adagrad(network.parameters(), lr=0.1, initial_accumulator_value=0.5)
    before = copy.deepcopy(optimizer.state_dict())
    engine = EagerEngine(network, nn.CrossEntropyLoss(), optimizer, context)
    with taken_back(network, optimizer, engine):
        engine.step(next(batches(engine)))
    torch.testing.assert_close(optimizer.state_dict(), before, rtol=0, atol=0)
