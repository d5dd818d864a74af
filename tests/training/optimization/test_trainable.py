"""A training that names the parameters that it changes is PyTorch's with requires_grad_."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train
from cifar_pipe.training.optimization.trainable import only_trained
from tests.kit import RecordedEvents, conv, layer, lenet, random_data

LOSS = make("loss", "CrossEntropyLoss")


def data(count: int = 12) -> Data:
    return random_data(train=count, shape=(3, 32, 32), classes=10)


def names(network: nn.Module) -> set[str]:
    return {name for name, one in network.named_parameters() if one.requires_grad}


def normalized() -> Network:
    layers = [
        conv(4, id="conv"), layer("BatchNorm2d", id="norm"), layer("ReLU"),
        layer("Flatten"), layer("Linear", out_features=10, id="head"),
    ]  # fmt: skip
    return build(layers, (3, 32, 32), seed=0)


def by_hand(
    network: Network, taken: Data, *, trained: tuple[str, ...], seed: int, lr: float
) -> None:
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name.startswith(trained))
    optimizer = torch.optim.SGD(
        [
            {"params": [one], "lr": 0.001 if name.startswith("conv") else lr}
            for name, one in network.named_parameters()
            if one.requires_grad
        ]
    )
    criterion = nn.CrossEntropyLoss()
    network.train()
    for images, labels in taken.batches("train", training=Epoch(0, seed)):
        optimizer.zero_grad()
        criterion(network(images), labels).backward()
        optimizer.step()


def test_a_head_first_then_all_is_two_plain_loops(context: Context) -> None:
    ours, theirs, taken = normalized(), normalized(), data()
    slower = [{"parameters": "conv.*", "lr": 0.001}]
    head = Train(
        epochs=1, loss=LOSS, optimizer=make("optimizer", "SGD", lr=0.1), trainable=["head"]
    )
    every = Train(epochs=1, loss=LOSS, optimizer=make("optimizer", "SGD", lr=0.01, groups=slower), trainable=["*"])  # fmt: skip
    for spec in (head, every):
        train(TrainingJob(ours, taken, spec, context))
    by_hand(theirs, taken, trained=("head",), seed=context.seed, lr=0.1)
    by_hand(theirs, taken, trained=("conv", "norm", "head"), seed=context.seed, lr=0.01)
    for (name, one), other in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):  # fmt: skip
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6, msg=name)


def test_what_no_pattern_matches_stays_as_it_was_and_statistics_follow_the_batches(
    context: Context,
) -> None:
    network = normalized()
    before = copy.deepcopy(network.state_dict())
    spec = Train(
        epochs=1, loss=LOSS, optimizer=make("optimizer", "SGD", lr=0.1), trainable=["head"]
    )
    train(TrainingJob(network, data(), spec, context))
    changed = {name for name, one in network.state_dict().items() if not one.equal(before[name])}
    assert changed == {
        "head.weight", "head.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked",
    }  # fmt: skip


def test_how_much_is_trained_is_told(context: Context, events: RecordedEvents) -> None:
    spec = Train(steps=1, loss=LOSS, optimizer=make("optimizer", "SGD", lr=0.1), trainable=["fc3"])
    train(TrainingJob(lenet(), data(4), spec, context))
    assert f"{context.stage}: trains 850 of 62,006 parameters" in events.notes


@pytest.mark.parametrize(
    ("patterns", "matched"),
    [
        (["fc3"], {"fc3.weight", "fc3.bias"}),
        (["fc3.*"], {"fc3.weight", "fc3.bias"}),
        (["fc*.bias", "conv1.weight"], {"fc1.bias", "fc2.bias", "fc3.bias", "conv1.weight"}),
    ],
)
def test_patterns_are_names_beginnings_of_names_or_globs(
    patterns: list[str], matched: set[str]
) -> None:
    network = lenet()
    with only_trained(network, patterns):
        assert names(network) == matched
    assert len(names(network)) == 10


def test_they_go_before_what_the_layers_say_and_only_for_this_training() -> None:
    network = build([layer("Flatten"), layer("Linear", out_features=2, id="fc", trainable=False)], (1, 2, 2), seed=0)  # fmt: skip
    with only_trained(network, ["fc.weight"]):
        assert names(network) == {"fc.weight"}
    with only_trained(network, None):
        assert names(network) == set()


@pytest.mark.parametrize(
    ("pattern", "help_"),
    [("fc9", "did you mean `fc1`?"), ("conv1.wieght", "did you mean `conv1.weight`?")],
)
def test_a_pattern_that_matches_nothing_is_reported(pattern: str, help_: str) -> None:
    with pytest.raises(ProblemError) as caught, only_trained(lenet(), ["fc3", pattern]):
        pass
    assert caught.value.problem.path == ("trainable", 1)
    assert caught.value.problem.help == help_
