"""What is sure without torch holds with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.core.loss_targets import form_of, unweighted
from cifar_pipe.checks.check import check
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis import sure
from cifar_pipe.checks.torch.analysis.on_meta import optimizer_on_meta
from cifar_pipe.checks.torch.analysis.sure import makes_loss, makes_optimizer, makes_schedule
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.diagnostics.render import not_known_to_text, to_json
from cifar_pipe.model.planning.formulas import table
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.optimization.scheduler_steps import check_steps, period
from cifar_pipe.training.optimization.schedules import schedule
from cifar_pipe.training.targets import criterion
from cifar_pipe.training_length import Length
from tests.cases.edits import small
from tests.checks.kit import checked
from tests.model.planning.drawn import drawn_component
from tests.model.planning.formulas.test_table import networks

ROOT = Path(__file__).resolve().parents[4]
PIPELINES = sorted([*ROOT.glob("pipelines/**/*.yaml"), *ROOT.glob("examples/*.yaml")])
LOSSES, OPTIMIZERS, SCHEDULERS = (
    sorted(table_of(kind).entries) for kind in ("loss", "optimizer", "scheduler")
)
drawn = settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# Layers that fit into each other's place on [N, C, 8, 8], and ends of which the first is right.
RIGHT = (
    {"type": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
    {"type": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": "same"},
    {"type": "Residual", "layers": ["ReLU", "BatchNorm2d"]},
    {"type": "Conv2dNormActivation", "out_channels": 8},
    {"type": "AdaptiveAvgPool2d", "output_size": [1, None]},
    {"type": "Sequential", "layers": ["PReLU", "Dropout"], "repeat": 2},
    *("BatchNorm2d", "ReLU", "GELU", "Dropout2d"),
)
ENDS = (
    ["Flatten", {"type": "Linear", "out_features": 3}],
    ["Flatten", "BatchNorm1d", {"type": "Linear", "out_features": 3}],
    ["Flatten", {"type": "Linear", "out_features": 3}, {"type": "LogSoftmax", "dim": 1}],
    ["Flatten", {"type": "Linear", "out_features": 3}, "Sigmoid"],
    ["Flatten", {"type": "Linear", "out_features": 4, "trainable": False}],
    [],
)


@pytest.fixture
def network(tmp_path: Path) -> ShapedNetwork:
    text = small(layers="{type: Conv2d, out_channels: 2, kernel_size: 3}, Flatten, BatchNorm1d")
    return checked(tmp_path, text).networks["build_model"]


def training(optimizer: Component, **others: Any) -> Train:
    return Train(epochs=1, loss=make("loss", "MSELoss"), optimizer=optimizer, **others)


def hold(check: Callable[[st.DataObject], bool]) -> None:
    """Has it draw again and again, and say each time whether it was sure: it must be, now and then."""
    found: list[bool] = []

    @drawn
    @given(st.data())
    def draws(data: st.DataObject) -> None:
        found.append(check(data))

    draws()
    assert any(found)


@pytest.mark.parametrize("name", sorted(sure._LOSSES))
def test_losses_are_made(name: str) -> None:
    def is_made(data: st.DataObject) -> bool:
        loss = drawn_component(data.draw, "loss", name)
        try:
            form_of(loss)
        except ProblemError:
            return False
        if is_sure := makes_loss(loss):
            criterion(unweighted(loss), device="cpu")
        return is_sure

    hold(is_made)


@pytest.mark.parametrize("name", sorted(sure._OPTIMIZERS))
def test_optimizers_are_made(name: str, network: ShapedNetwork) -> None:
    def is_made(data: st.DataObject) -> bool:
        spec = training(drawn_component(data.draw, "optimizer", name))
        if is_sure := makes_optimizer(spec, network):
            optimizer_on_meta(spec, network)
        return is_sure

    hold(is_made)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedulers_are_made(name: str, network: ShapedNetwork) -> None:
    def is_made(data: st.DataObject) -> bool:
        component = drawn_component(data.draw, "scheduler", name)
        rule = make("optimizer", data.draw(st.sampled_from(sorted(sure._OPTIMIZERS))))
        monitor = data.draw(st.sampled_from((None, "val_loss", "val_accuracy")))
        length = Length(data.draw(st.sampled_from((1, 2, 7, 997))), 1)
        try:
            steps = length.counted(period(component))
            check_steps(component, steps, steps)
        except ProblemError:
            return False
        if is_sure := makes_schedule(component, rule, monitor):
            optimizer = optimizer_on_meta(training(rule), network)
            schedule(component, optimizer, length, monitor=monitor)
        return is_sure

    hold(is_made)


def test_groups_are_made_whose_patterns_match(network: ShapedNetwork) -> None:
    def with_groups(*groups: dict[str, Any], **others: Any) -> Train:
        return training(make("optimizer", "SGD", groups=[*groups], **others))

    plain: dict[str, Any] = {"parameters": ["biases", "norms"], "weight_decay": 0}
    faster: dict[str, Any] = {"parameters": "conv2d_1.*", "lr": 0.1}
    for right in (with_groups(plain), with_groups(faster), with_groups(plain, faster)):
        assert makes_optimizer(right, network)
        optimizer_on_meta(right, network)
    cycle = make("scheduler", "OneCycleLR", max_lr=0.1)
    assert not makes_schedule(cycle, with_groups(faster).optimizer, None)
    for unsure in (
        with_groups({"parameters": "conv2d_2.*", "lr": 0.1}),
        with_groups({"parameters": "biases", "momentum": 0.5}),
        with_groups(faster, {"parameters": "biases", "lr": 0.2}),
        with_groups(faster, layer_decay=0.7),
    ):
        assert not makes_optimizer(unsure, network)


def test_norms_in_groups_are_not_sure_without_norms(tmp_path: Path) -> None:
    flat = checked(tmp_path, small()).networks["build_model"]
    groups = [{"parameters": "norms", "weight_decay": 0}]
    spec = training(make("optimizer", "SGD", groups=groups))
    assert not makes_optimizer(spec, flat)
    with pytest.raises(ProblemError):
        optimizer_on_meta(spec, flat)


def test_what_has_rules_of_its_own_is_not_sure(network: ShapedNetwork) -> None:
    adam, sgd = make("optimizer", "Adam"), make("optimizer", "SGD")
    assert makes_optimizer(training(adam), network)
    assert not makes_optimizer(training(adam, trainable=["conv2d_1"]), network)
    assert not makes_optimizer(training(make("optimizer", "Muon")), network)
    plateau, cycle = (
        make("scheduler", "ReduceLROnPlateau"),
        make("scheduler", "OneCycleLR", max_lr=1),
    )
    assert not makes_schedule(plateau, sgd, None)
    assert not makes_schedule(cycle, make("optimizer", "Adadelta"), None)
    warm = make(
        "scheduler", "SequentialLR", schedulers=["LinearLR", "PolynomialLR"], milestones=[2]
    )
    assert makes_schedule(warm, sgd, None)
    assert not makes_loss(make("loss", "CrossEntropyLoss", ignore_index=10**30))


# ---- whole pipelines ------------------------------------------------------------------------------


def reported(path: Path) -> tuple[str, str]:
    findings = Findings()
    check(path, [], findings)
    return to_json(findings.all_sorted()), not_known_to_text(findings.not_known)


def reported_with_torch(path: Path) -> tuple[str, str]:
    """The same where nothing is sure: torch is asked each time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table, "FORMULAS", {})
        patched.setattr(sure, "_is_usual", lambda _: False)
        return reported(path)


@st.composite
def pipelines(draw: st.DrawFn) -> str:
    """A pipeline as JSON, which is YAML; most have mistakes."""
    layers, shape = draw(networks())
    listed = [one.plain() for one in layers]
    if draw(st.integers(0, 3)):
        listed, shape = draw(st.lists(st.sampled_from(RIGHT), max_size=4)), (3, 8, 8)
    end: list[Any] = draw(st.sampled_from((ENDS[0], ENDS[0], *ENDS)))
    train: dict[str, Any] = {
        key: drawn_component(draw, kind, draw(st.sampled_from(names))).plain()  # type: ignore[arg-type]
        for key, kind, names in (
            ("loss", "loss", ["CrossEntropyLoss", *LOSSES]),
            ("optimizer", "optimizer", ["SGD", *OPTIMIZERS]),
            ("scheduler", "scheduler", SCHEDULERS),
        )
        if key != "scheduler" or draw(st.booleans())
    }
    if draw(st.integers(0, 3)) == 0:
        patterns = draw(st.sampled_from(("biases", "norms", "conv2d_1.*", "*.0.*", ["linear*"])))
        groups = [{"parameters": patterns, "weight_decay": 0}, {"parameters": "biases", "lr": 0.2}]
        train["optimizer"] = {"type": "SGD", "groups": groups[: draw(st.integers(1, 2))]}
    some = st.sampled_from(({}, {"monitor": "val_loss"}, {"trainable": ["linear_1", "conv2d_1"]}))
    return json.dumps({
        "version": 1,
        "stages": {
            "load_data": {
                "dataset": {"type": "Shapes", "train": 9, "num_classes": 3},
                "transforms": [{"type": "Resize", "size": shape[1:]}, "ToTensor"],
                "batch_size": draw(st.sampled_from((1, 2, 3, 4))),
                "validation_split": 0.3,
            },
            "build_model": {"layers": [*listed, *end]},
            "train": {"epochs": draw(st.sampled_from((1, 1, 3, "two"))), **train, **draw(some)},
            "evaluate": {},
        },
    })  # fmt: skip


@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=pipelines())
def test_pipelines_have_the_same_findings_with_torch(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    assert reported(path) == reported_with_torch(path)


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.stem)
def test_the_pipelines_that_are_shipped_have_the_same_findings_with_torch(path: Path) -> None:
    assert reported(path) == reported_with_torch(path)
