"""Exports networks in every format with random weights, and prints the greatest difference of each.

    python tests/all_exports.py [NAME…]

NAME is a file of pipelines/networks without its ending, or a network of torchvision; all of both without
one. The tests of each day export small ones (tests/export).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import RunError
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.goldens import with_other_sizes
from cifar_pipe.export.origin import Origin
from cifar_pipe.export.write import write_model
from cifar_pipe.model.network import build
from cifar_pipe.pipeline.assembly import PipelineText, assemble
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData

FORMATS = ("onnx", "pt2", "safetensors")
NETWORKS = Path(__file__).resolve().parent.parent / "pipelines/networks"
TORCHVISION = """\
version: 1
stages:
  load_data:
    dataset: {{type: Shapes, num_classes: 4}}
    transforms: [{{type: Resize, size: [{side}, {side}]}}, ToTensor]
  build_model: {{layers: [{{type: {name}, num_classes: 4}}]}}
"""
# Of networks that were made for images of another size than 224.
SIDES = {"inception_v3": 299}


def text_of(name: str) -> str:
    path = NETWORKS / f"{name}.yaml"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    return TORCHVISION.format(name=name, side=SIDES.get(name, 224))


def artifact_of(name: str) -> Artifact:
    text = text_of(name)
    assembly = assemble(PipelineText(text), [], Findings())
    assert assembly is not None
    stages = {stage.id: stage.spec for stage in assembly.pipeline({}).stages}
    data = next(one for one in stages.values() if isinstance(one, LoadData))
    built = next(one for one in stages.values() if isinstance(one, BuildModel))
    facts = data_facts(data.dataset)
    shape = through(facts.image, of_split(data.transforms, "test", training=False)).shape
    assert shape is not None
    network = build(built.layers, shape, seed=0)
    # So that batch norm has statistics of its own.
    with torch.no_grad():
        network.train()(torch.randn(4, *shape))
    torch.manual_seed(0)
    images = with_other_sizes(
        [torch.randint(0, 256, (3, 32, 32), dtype=torch.uint8) for _ in range(2)]
    )
    classes = tuple(map(str, range(facts.num_classes or 0)))
    origin = Origin(name, "", text, "build_model", "load_data", {}, {})
    return Artifact(network.eval(), data, classes, images, origin)


def differences(name: str, folder: Path) -> Iterator[str]:
    whole = artifact_of(name)
    for format_ in FORMATS:
        try:
            verdict = write_model(folder / f"net.{format_}", format_, whole)
        except RunError as error:
            yield f"{format_} failed: {error.message}"
        else:
            yield f"{format_} {verdict.difference:.1e} of {verdict.largest:.2g}"


def main(names: list[str]) -> int:
    every = [path.stem for path in sorted(NETWORKS.glob("*.yaml"))]
    every += [name for name, one in table_of("layer").entries.items() if layer_facts(one).network]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names or [one for one in every if one != "timm"]:
            told = list(differences(name, Path(folder)))
            failed += any(" failed: " in one for one in told)
            print(f"{name}: {', '.join(told)}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
