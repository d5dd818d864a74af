"""What the installed PyTorch does not have is reported, and not what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.torch import torch_version
from cifar_pipe.checks.torch.torch_version import components_in
from tests.cases.edits import small
from tests.checks.kit import checked

GROUPS = "groups: [{parameters: biases, lr: 0.1}]"


def test_every_component_of_a_stage_has_its_path(tmp_path: Path) -> None:
    inner = "{type: Sequential, layers: [ReLU]}"
    linear = "{type: Linear, out_features: 10, initialize: {weight: zeros_}}"
    context = checked(tmp_path, small(layers=f"Flatten, {inner}, {linear}"), torch=False)
    spec = context.pipeline.stage("build_model").spec
    assert {path: one.name for path, one in components_in(spec)} == {
        ("layers", 0): "Flatten",
        ("layers", 1): "Sequential",
        ("layers", 1, "layers", 0): "ReLU",
        ("layers", 2): "Linear",
        ("layers", 2, "initialize", "weight"): "zeros_",
    }


def test_what_is_missing_is_reported_once_and_its_stage_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(component: Component) -> str | None:
        return "this PyTorch has no Flatten" if component.name == "Flatten" else None

    monkeypatch.setattr(torch_version, "missing_part", missing)
    context = checked(
        tmp_path, small(layers="Flatten, {type: Linear, in_features: 1, out_features: 1}")
    )
    assert [one.code for one in context.findings.errors] == ["torch-version"]
    assert (context.excluded, context.shapes.wait) == ({"build_model"}, True)
