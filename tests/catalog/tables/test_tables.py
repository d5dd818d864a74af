"""What holds for every table of the catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import KINDS, REQUIRED, Entry, Kind
from cifar_pipe.catalog.core.facts import loss_facts, optimizer_facts, scheduler_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.torch.build import resolve

ENTRIES = [entry for kind in KINDS for entry in table_of(kind).entries.values()]
FROM_TORCH: tuple[Kind, ...] = ("layer", "loss", "optimizer", "scheduler")


def names(entry: Entry) -> str:
    return f"{entry.kind}-{entry.name}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_address_is_there_in_the_installed_packages(kind: Kind) -> None:
    for entry in table_of(kind).entries.values():
        assert callable(resolve(entry))


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_each_name_and_argument_is_described(entry: Entry) -> None:
    assert entry.summary.strip()
    assert "\n" not in entry.summary
    for name, arg in entry.args.items():
        assert arg.description.strip(), name


@pytest.mark.parametrize("kind", FROM_TORCH)
def test_each_links_to_the_stable_documentation(kind: Kind) -> None:
    for entry in table_of(kind).entries.values():
        if not entry.address.startswith("cifar_pipe."):
            assert entry.link.startswith("https://docs.pytorch.org/")
            assert "/stable/" in entry.link


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_each_default_is_of_its_own_type(entry: Entry) -> None:
    for arg in entry.args.values():
        if arg.default is not REQUIRED and arg.default is not None:
            default = list(arg.default) if isinstance(arg.default, tuple) else arg.default
            TypeAdapter(arg.type, config={"arbitrary_types_allowed": True}).validate_python(
                default, strict=True
            )


@pytest.mark.parametrize("kind", KINDS)
def test_each_left_out_name_has_a_reason_and_is_not_kept(kind: Kind) -> None:
    table = table_of(kind)
    assert all(reason.strip() for reason in table.left_out.values())
    assert table.left_out.keys().isdisjoint(table.entries)


@pytest.mark.parametrize(
    ("kind", "name", "arguments"),
    [
        ("optimizer", "SGD", {"lr": "0.1"}),
        ("optimizer", "SGD", {"lr": True}),
        ("optimizer", "SGD", {"lr": float("nan")}),
        ("optimizer", "SGD", {"lr": float("inf")}),
        ("optimizer", "SGD", {"lr": -0.1}),
        ("optimizer", "SGD", {"momentum": -1}),
        ("optimizer", "SGD", {"nesterov": 1}),
        ("optimizer", "SGD", {"moment": 0.9}),
        ("optimizer", "Adam", {"betas": [0.9, 1.0]}),
        ("optimizer", "Adam", {"betas": [0.9]}),
        ("optimizer", "Adafactor", {"eps": [0.1, None]}),
        ("layer", "Conv2d", {"out_channels": 6}),
        ("layer", "Conv2d", {"out_channels": 6.0, "kernel_size": 5}),
        ("layer", "Conv2d", {"out_channels": 6, "kernel_size": [5, 5, 5]}),
        ("layer", "Conv2d", {"out_channels": 6, "kernel_size": 5, "padding": "full"}),
        ("layer", "Conv2d", {"out_channels": 6, "kernel_size": 5, "device": "cpu"}),
        ("layer", "Dropout", {"p": 1.5}),
        ("layer", "Linear", {"out_features": 0}),
        ("layer", "resnet18", {"groups": 2}),
        ("layer", "resnet18", {"weights": "IMAGENET1K_V2"}),
        ("loss", "CrossEntropyLoss", {"reduction": "none"}),
        ("loss", "CrossEntropyLoss", {"weight": []}),
        ("scheduler", "LinearLR", {"start_factor": 0}),
        ("scheduler", "StepLR", {}),
        ("metric", "accuracy", {"k": 1}),
    ],
)
def test_wrong_arguments_are_refused(kind: Kind, name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(kind, name, **arguments)


@pytest.mark.parametrize(
    ("kind", "name", "arguments", "message"),
    [
        ("optimizer", "SGD", {"nesterov": True}, "nesterov needs a momentum"),
        ("optimizer", "Rprop", {"etas": [1.2, 0.5]}, "etas takes"),
        ("layer", "Upsample", {}, "needs size or scale_factor"),
        ("layer", "Upsample", {"size": 2, "scale_factor": 2}, "not both"),
        ("layer", "FractionalMaxPool2d", {"kernel_size": 2}, "output_size or output_ratio"),
        ("layer", "Hardtanh", {"min_val": 1, "max_val": 1}, "min_val must be below max_val"),
        ("layer", "RReLU", {"lower": 0.5}, "lower must not be above upper"),
        ("scheduler", "CyclicLR", {"base_lr": 1, "max_lr": 0.1}, "base_lr must not be above"),
    ],
)
def test_rules_between_arguments_are_reported(
    kind: Kind, name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        make(kind, name, **arguments)


def test_schedulers_say_when_they_step_and_what_is_inferred() -> None:
    schedulers = table_of("scheduler").entries
    per_step = {name for name, entry in schedulers.items() if scheduler_facts(entry).per == "step"}
    assert per_step == {"OneCycleLR", "CyclicLR"}
    assert scheduler_facts(schedulers["OneCycleLR"]).inferred_length == "total_steps"
    assert scheduler_facts(schedulers["CosineAnnealingLR"]).inferred_length == "T_max"
    assert schedulers["CosineAnnealingLR"].args["T_max"].inferred == "length"


def test_losses_say_what_they_compare() -> None:
    losses = table_of("loss").entries
    assert loss_facts(losses["CrossEntropyLoss"]).target == "class index"
    assert loss_facts(losses["MSELoss"]).target == "one-hot"
    assert loss_facts(losses["NLLLoss"]).takes == "log-probabilities"


def test_optimizers_say_whether_a_momentum_can_be_cycled() -> None:
    optimizers = table_of("optimizer").entries
    cyclic = {name for name, entry in optimizers.items() if optimizer_facts(entry).has_momentum}
    assert {"SGD", "Adam", "RMSprop"} <= cyclic
    assert not {"Adagrad", "Adadelta", "ASGD", "Rprop", "LBFGS", "Adafactor"} & cyclic
