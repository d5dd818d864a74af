from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.decode.python_calls import (
    POSITIONAL,
    component_from,
    components_from,
    name_of_call,
    value_from,
)


@pytest.mark.parametrize(
    ("text", "kind", "component"),
    [
        ("nn.ReLU()", "layer", "ReLU"),
        ("nn.ReLU(inplace=True)", "layer", "ReLU"),
        ("optim.SGD(net.parameters(), lr=1e-3)", "optimizer", {"type": "SGD", "lr": 0.001}),
        ("SGD(0.1, 0.9)", "optimizer", {"type": "SGD", "lr": 0.1, "momentum": 0.9}),
        ("SGD(learning_rate=0.1)", "optimizer", {"type": "SGD", "lr": 0.1}),
        (
            "EarlyStopping(monitor='val_loss', patience=3)",
            "callback",
            {"type": "EarlyStopping", "patience": 3},
        ),
        ("StepLR(optimizer, 7)", "scheduler", {"type": "StepLR", "step_size": 7}),
        ("dict(type='torch.optim.SGD', lr=1)", "optimizer", {"type": "SGD", "lr": 1}),
        ("nn.Dropout(1/4),", "layer", {"type": "Dropout", "p": 0.25}),
        ("self.a = nn.ReLU()", "layer", {"type": "ReLU", "id": "a"}),
        (
            "nn.Linear(16 * 5 * 5, num_classes)",
            "layer",
            {"type": "Linear", "in_features": 400, "out_features": "$data.num_classes"},
        ),
        (
            "nn.Sequential(nn.Flatten(), nn.ReLU())",
            "layer",
            {"type": "Sequential", "layers": ["Flatten", "ReLU"]},
        ),
        # Nothing is guessed.
        ("SGD", "optimizer", None),
        ("Foo(1)", "layer", None),
        ("nn.Linear(size, 3)", "layer", None),
        ("nn.CrossEntropyLoss(weights)", "loss", None),
        ("resnet18(10)", "layer", None),
        ("nn.ReLU(", "layer", None),
        ("(" * 3000, "layer", None),
        ("Dropout(9**9**9)", "layer", None),
    ],
)
def test_a_call_is_a_component(text: str, kind: Kind, component: Any) -> None:
    assert component_from(text, kind) == component


@pytest.mark.parametrize(
    ("text", "kind", "components"),
    [
        ("transforms.Compose([ToTensor()])", "transform", ["ToTensor"]),
        ("nn.Sequential(nn.Flatten(), nn.ReLU())", "layer", ["Flatten", "ReLU"]),
        ("nn.Flatten(), nn.ReLU(),", "layer", ["Flatten", "ReLU"]),
        ("[nn.ReLU]", "layer", ["ReLU"]),
        ("ReLU of", "layer", None),
    ],
)
def test_several_calls_are_a_list(text: str, kind: Kind, components: Any) -> None:
    assert components_from(text, kind) == components


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10^-3", 0.001),
        ("2**5", 32),
        ("-(1, 2)", None),
        ("(1, -2.5)", [1, -2.5]),
        ("1/0", None),
        ("2**65", None),
        ("a", None),
        ("True", True),
    ],
)
def test_arithmetic_is_computed(text: str, value: Any) -> None:
    assert value_from(text) == value


def test_the_name_of_a_call_is_its_last() -> None:
    assert name_of_call("torch.nn.Foo(x)") == "Foo"
    assert name_of_call("torch.nn.Foo") is None


@pytest.mark.parametrize("kind", KINDS)
def test_positions_are_those_of_pytorch(kind: Kind) -> None:
    for entry in table_of(kind).entries.values():
        module, _, name = entry.address.partition(":")
        if module.startswith("cifar_pipe") or entry.signature is not None:
            continue
        signature = inspect.signature(getattr(import_module(module), name))
        theirs = [one for one in signature.parameters if one not in ("params", "optimizer")]
        ours = [one for one in entry.args if one not in entry.own_args][: POSITIONAL[kind]]
        assert ours == theirs[: len(ours)], entry.name


def test_every_kind_says_how_many_of_its_arguments_have_a_position() -> None:
    assert set(POSITIONAL) == set(KINDS)
