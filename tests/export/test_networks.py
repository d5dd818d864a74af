"""Networks of more than a chain of layers, as ONNX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cifar_pipe.export.write import write_model
from cifar_pipe.model.network import build
from cifar_pipe.stages.build_model.spec import BuildModel
from tests.export.kit import artifact, pipeline_of

HEAD = "Flatten, {type: Linear, out_features: 4}"
NETWORKS = {
    "vit": """[
      {type: Conv2d, out_channels: 8, kernel_size: 4, stride: 4}, {type: Flatten, start_dim: 2},
      {type: Permute, dims: [0, 2, 1]}, ClassToken, PositionEmbedding,
      {type: Residual, layers: [LayerNorm, {type: SelfAttention, num_heads: 2}]},
      TakeToken, {type: Linear, out_features: 4}]""",
    "branches": """[
      {type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1, id: a}, {type: Hardswish, id: b},
      {type: Concat, input: [a, b]}, {type: AdaptiveAvgPool2d, output_size: 2}, HEAD]""",
    "probabilities": "[HEAD, {type: Softmax, dim: 1}]",
}


@pytest.mark.parametrize("name", NETWORKS)
def test_it_gives_what_the_run_gives(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    layers = NETWORKS[name].replace("HEAD", HEAD)
    text = f"version: 1\nstages: {{build_model: {{input_shape: [3, 12, 12], layers: {layers}}}}}\n"
    spec = pipeline_of(text).stage("build_model").spec
    assert isinstance(spec, BuildModel)
    whole = replace(artifact(), network=build(spec.layers, (3, 12, 12), seed=2))
    verdict = write_model(tmp_path / "net.onnx", "onnx", whole)
    assert verdict.holds
    assert verdict.difference < 1e-5
    expected = ["probabilities"] if name == "probabilities" else ["logits", "probabilities"]
    assert whole.outputs == expected
