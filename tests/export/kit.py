"""A small network with what it is exported with."""

from __future__ import annotations

import torch

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.goldens import with_other_sizes
from cifar_pipe.export.origin import Origin
from cifar_pipe.model.network import build
from cifar_pipe.pipeline.assembly import PipelineText, assemble
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData

TEXT = """\
version: 1
name: small
stages:
  load_data:
    dataset: {type: Shapes, image_shape: [3, 12, 12], num_classes: 4}
    transforms: [ToTensor, {type: Normalize, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4]}]
    batch_size: 4
  build_model:
    layers:
      - {type: Conv2d, out_channels: 4, kernel_size: 3}
      - BatchNorm2d
      - ReLU
      - Flatten
      - {type: Linear, out_features: 4}
"""


def pipeline_of(text: str) -> Pipeline:
    assembly = assemble(PipelineText(text), [], Findings())
    assert assembly is not None
    return assembly.pipeline({})


def data_of(dataset: str, transforms: str) -> LoadData:
    text = f"version: 1\nstages: {{load_data: {{dataset: {dataset}, transforms: {transforms}}}}}\n"
    spec = pipeline_of(text).stage("load_data").spec
    assert isinstance(spec, LoadData)
    return spec


def pictures(*sizes: tuple[int, int]) -> list[torch.Tensor]:
    torch.manual_seed(3)
    return [torch.randint(0, 256, (3, *size), dtype=torch.uint8) for size in sizes]


def artifact() -> Artifact:
    data, built = (pipeline_of(TEXT).stage(one).spec for one in ("load_data", "build_model"))
    assert isinstance(data, LoadData)
    assert isinstance(built, BuildModel)
    network = build(built.layers, (3, 12, 12), seed=1)
    origin = Origin("small", "", TEXT, "build_model", "load_data", {"dataset": "Shapes"}, {})
    images = with_other_sizes(pictures((12, 12), (20, 9)))
    return Artifact(network, data, ("circle", "square", "star", "ring"), images, origin)
