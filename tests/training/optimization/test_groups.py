"""Parameter groups as they are declared, and as PyTorch gets them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build
from cifar_pipe.training.optimization.groups import parameter_groups
from cifar_pipe.training.optimization.optimizers import make_optimizer
from cifar_pipe.training.optimization.schedules import schedule
from cifar_pipe.training_length import Length
from tests.kit import layer


@pytest.fixture
def network() -> Network:
    layers = [
        layer("Conv2d", out_channels=4, kernel_size=3, id="conv1"),
        layer("BatchNorm2d", id="norm1"),
        layer("Flatten"),
        layer("Linear", out_features=3, id="fc"),
    ]
    return build(layers, (1, 6, 6), seed=0)


def grouped(
    network: Network, groups: list[dict[str, Any]]
) -> list[tuple[list[str], dict[str, Any]]]:
    """Each group as the names in it and its settings."""
    names = {id(one): name for name, one in network.named_parameters()}
    component = make("optimizer", "SGD", lr=0.1, weight_decay=5e-4, groups=groups)
    return [
        ([names[id(one)] for one in group.pop("params")], group)
        for group in parameter_groups(component, network)
    ]


def test_no_weight_decay_on_biases_and_norms(network: Network) -> None:
    assert grouped(network, [{"parameters": ["biases", "norms"], "weight_decay": 0}]) == [
        (["conv1.weight", "fc.weight"], {}),
        (["conv1.bias", "norm1.weight", "norm1.bias", "fc.bias"], {"weight_decay": 0}),
    ]


def test_a_parameter_takes_the_settings_of_all_groups_that_match_it(network: Network) -> None:
    groups = [
        {"parameters": "*.bias", "weight_decay": 0},
        {"parameters": "conv1.*", "lr": 0.01},
    ]
    assert grouped(network, groups) == [
        (["norm1.weight", "fc.weight"], {}),
        (["conv1.weight"], {"lr": 0.01}),
        (["conv1.bias"], {"weight_decay": 0, "lr": 0.01}),
        (["norm1.bias", "fc.bias"], {"weight_decay": 0}),
    ]


def test_without_groups_the_optimizer_gets_a_list(network: Network) -> None:
    given = parameter_groups(make("optimizer", "SGD"), network)
    assert [id(one) for one in given] == [id(one) for one in network.parameters()]


def test_a_pattern_without_a_match_is_reported_with_the_names(network: Network) -> None:
    with pytest.raises(RunError, match=r"`conv2\.\*` in groups matches no parameter") as raised:
        grouped(network, [{"parameters": ["biases", "conv2.*"], "lr": 0.01}])
    assert raised.value.help[0].startswith("they are conv1.weight, conv1.bias, ")


def test_groups_that_disagree_are_reported(network: Network) -> None:
    groups = [{"parameters": "biases", "lr": 0.1}, {"parameters": "fc.*", "lr": 0.01}]
    with pytest.raises(RunError, match=r"give fc\.bias different values of lr: 0\.1 and 0\.01"):
        grouped(network, groups)


def test_a_group_follows_the_rule_of_its_optimizer(network: Network) -> None:
    with pytest.raises(RunError, match="in the group of biases: nesterov needs a momentum"):
        grouped(network, [{"parameters": "biases", "nesterov": True}])


@pytest.mark.parametrize(
    "group",
    [
        {"parameters": "biases"},
        {"lr": 0.1},
        {"parameters": [], "lr": 0.1},
        {"parameters": "biases", "lr": -1},
        {"parameters": "biases", "betas": [0.9, 0.99]},
    ],
)
def test_a_group_takes_the_arguments_of_its_optimizer(group: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("optimizer", "SGD", groups=[group])


def test_lbfgs_takes_no_groups() -> None:
    with pytest.raises(ValidationError):
        make("optimizer", "LBFGS", groups=[{"parameters": "biases", "lr": 0.1}])


GROUPING = [
    name
    for name, entry in table_of("optimizer").entries.items()
    if optimizer_facts(entry).takes_groups
]


@pytest.mark.parametrize("name", GROUPING)
def test_every_argument_can_differ_between_groups(name: str) -> None:
    """PyTorch keeps each argument per group; none would be taken and ignored."""
    weights = [torch.nn.Parameter(torch.ones(2, 2)) for _ in range(2)]
    from cifar_pipe.catalog.torch.build import build as build_component

    optimizer = build_component(make("optimizer", name), params=weights)
    assert table_of("optimizer").entries[name].args.keys() <= optimizer.param_groups[0].keys()


@pytest.mark.parametrize(
    "scheduler",
    [
        make("scheduler", "OneCycleLR", max_lr=0.1),
        make("scheduler", "CyclicLR", base_lr=0.01, max_lr=0.1),
        make(
            "scheduler",
            "SequentialLR",
            schedulers=["LinearLR", {"type": "OneCycleLR", "max_lr": 0.1}],
            milestones=[1],
            per="step",
        ),
    ],
)
def test_a_scheduler_that_would_undo_a_group_is_refused(scheduler: Any, network: Network) -> None:
    groups = [{"parameters": "biases", "lr": 0.01}]
    optimizer = make_optimizer(
        make("optimizer", "SGD", momentum=0.9, groups=groups), network, device="cpu"
    )
    with pytest.raises(RunError, match="sets one learning rate for all parameters"):
        schedule(scheduler, optimizer, Length(10, 5))
