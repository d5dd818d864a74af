"""All that goes into an exported model, whatever its format."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

from torch import Tensor
from torch.export import ExportedProgram

import cifar_pipe
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.export.card import Card
from cifar_pipe.export.goldens import goldens
from cifar_pipe.export.origin import Origin
from cifar_pipe.export.preprocessing import Step, preprocessing
from cifar_pipe.export.program import OutputName, Program, exported, output_name
from cifar_pipe.model.network import Network

DECODING = (
    "decoding of the file to RGB, 8 bits",
    "turning it as its EXIF orientation says",
    "a background under what is transparent",
)


@dataclass(frozen=True)
class Artifact:
    """`network` is on the CPU; `images` become its golden images."""

    network: Network
    settings: DataSettings
    classes: tuple[str, ...]
    images: Sequence[Tensor]
    origin: Origin

    @cached_property
    def program(self) -> ExportedProgram:
        """Raises RunError where the network or its transforms cannot be a graph."""
        return exported(Program(self.network, self._steps, self.output))

    @cached_property
    def output(self) -> OutputName:
        return output_name(self.network, self.classes)

    @property
    def outputs(self) -> list[str]:
        return ["logits", "probabilities"] if self.output == "logits" else [self.output]

    def card(self, *, preprocessing_inside: bool = True) -> Card:
        origin = self.origin
        if preprocessing_inside:
            inside = [*(step.words for step in self._steps), "the network"]
            inside += ["softmax, for `probabilities`"] if self.output == "logits" else []
            outside = [*DECODING]
        else:
            inside = ["the weights of the network"]
            outside = [*DECODING, "the transforms, as in the pipeline"]
        return Card(
            name=origin.name,
            classes=[*self.classes],
            output=self.output,
            inside=inside,
            outside=outside,
            goldens=goldens(self.network, self.settings, self.images),
            card=_text(self, inside, outside),
            pipeline=origin.pipeline,
            network=origin.network,
            data=origin.data,
            input_shape=[*self.network.input_shape],
            versions=_versions(),
        )

    @cached_property
    def _steps(self) -> list[Step]:
        return preprocessing(self.settings, self.network.input_shape)


def _versions() -> dict[str, str]:
    found = {"cifar_pipe": cifar_pipe.__version__, "python": platform.python_version()}
    for package in ("torch", "torchvision", "onnx", "onnxscript"):
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _text(artifact: Artifact, inside: Sequence[str], outside: Sequence[str]) -> str:
    """The model card, in Markdown."""
    origin, info = artifact.origin, artifact.origin.info
    parameters = sum(one.numel() for one in artifact.network.parameters())
    counts = [f"{info[split]:,} {split}" for split in ("train", "val", "test") if split in info]
    stand_in = (
        ", a stand-in for the data set that the pipeline names" if info.get("stand_in") else ""
    )
    lines = [f"# {origin.name}", "", *([origin.description, ""] if origin.description else [])]
    lines += [
        f"- Data: {info.get('dataset', 'not known')}{stand_in}; {', '.join(counts)} images",
        f"- Classes: {', '.join(artifact.classes) or 'none, its targets are numbers'}",
        f"- Parameters: {parameters:,}",
        "- Input `images`: uint8 [n, 3, height, width], RGB, of any size",
        f"- Output: {' and '.join(f'`{one}`' for one in artifact.outputs)}",
        f"- Inside: {'; '.join(inside)}",
        f"- Outside: {'; '.join(outside)}",
    ]
    for stage, values in origin.metrics.items():
        numbers = {name: one for name, one in values.items() if isinstance(one, float)}
        shown = ", ".join(f"{name} {one:.4g}" for name, one in numbers.items())
        lines += [f"- Measured by {stage}: {shown}"] if shown else []
    return "\n".join(lines) + "\n"
