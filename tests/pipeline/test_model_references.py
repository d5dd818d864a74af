from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.model_references import with_model
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.syntax.nodes import is_error, to_plain

DATA = "load_data: {mean: $model.mean, sizes: [$model.resize, $model.size], own: '$model.std'}"


def test_values_of_the_first_whole_network_replace_their_references(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    layers = (
        "[ReLU, {type: Sequential, layers: [{type: resnet50, weights: IMAGENET1K_V1}]}, vit_b_16]"
    )
    root = root_of(f"stages: {{{DATA}, net: {{type: build_model, layers: {layers}}}}}")
    resolved = to_plain(with_model(root, findings))["stages"]["load_data"]
    assert resolved == {
        "mean": [0.485, 0.456, 0.406],
        "sizes": [256, [224, 224]],
        "own": "$model.std",
    }
    assert not findings.errors


def test_without_such_a_network_one_finding_says_so(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of(f"stages: {{{DATA}, build_model: {{layers: [Flatten]}}, resnet18: resnet18}}")
    resolved = with_model(root, findings)
    assert is_error(resolved.get("stages").get("load_data").get("mean"))  # type: ignore[union-attr]
    (one,) = findings.errors
    assert (one.code, one.help) == ("reference", "write the value itself")


def test_a_pipeline_without_them_is_left_alone(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = root_of(
        "stages: {build_model: {layers: [resnet18]}, a: $model.wrong, b: $data.channels}"
    )
    assert with_model(root, findings) is root


def test_without_the_package_they_are_not_known_and_stay(
    root_of: Callable[[str], Any], findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "timm.models", None)
    root = root_of(f"stages: {{{DATA}, build_model: {{layers: [{{type: timm, name: resnet18}}]}}}}")
    assert with_model(root, findings) is root
    (one,) = findings.not_known
    assert one.check == "what $model.mean is"
    assert one.needs == "timm, which is not installed: pip install 'cifar-pipe[timm]'"
    assert not findings.errors


def test_without_the_package_nothing_runs(
    tmp_path: Path, findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "timm.models", None)
    monkeypatch.setattr("cifar_pipe.catalog.core.layer_lists.find_spec", lambda _: None)
    (tmp_path / "mine.yaml").write_text(PIPELINE)
    assert prepare(tmp_path / "mine.yaml", [], findings) is None
    assert findings.errors


PIPELINE = """\
version: 1
stages:
  load_data:
    dataset: {type: Shapes, num_classes: 3}
    transforms: [ToTensor, {type: Normalize, mean: $model.mean, std: $model.std}]
  build_model: {layers: [{type: timm, name: resnet18, num_classes: 3}]}
"""
