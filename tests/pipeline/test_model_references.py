from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.model_references import with_model
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
