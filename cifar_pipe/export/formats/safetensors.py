"""Weights as safetensors, with the card in the head: the pipeline in it rebuilds network and transforms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import RunError
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.card import KEY, Card
from cifar_pipe.export.packages import needed
from cifar_pipe.inference.inputs import Inputs
from cifar_pipe.model.network import build_untrained
from cifar_pipe.model.weights.files import Weights
from cifar_pipe.model.weights.loading import load_weights
from cifar_pipe.pipeline.assembly import PipelineText, assemble
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.reader import read


def write(artifact: Artifact) -> bytes:
    card = artifact.card(preprocessing_inside=False).model_dump_json()
    # safetensors refuses tensors that share memory.
    state = artifact.network.state_dict().items()
    own = {name: one.detach().cpu().contiguous().clone() for name, one in state}
    content: bytes = needed("safetensors", "safetensors.torch").save(
        own, metadata={KEY: card, "format": "pt"}
    )
    return content


def read_card(content: bytes) -> str | None:
    """None where it is no such file, or one of somebody else's."""
    size = int.from_bytes(content[:8], "little")
    if content[8:9] != b"{" or size > len(content) - 8:
        return None
    try:
        found = json.loads(content[8 : 8 + size])["__metadata__"][KEY]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def opened(content: bytes, card: Card) -> tuple[Callable[[Tensor], Tensor], str]:
    """Raises RunError where the pipeline is not one, or the weights are not those of its network."""
    try:
        state = needed("safetensors", "safetensors.torch").load(content)
    except RunError:
        raise
    except Exception as error:
        raise RunError(f"safetensors cannot load it: {error}") from error
    built, loaded = _stages(card)
    network = build_untrained(built.layers, card.input_shape)
    try:
        load_weights(network, Weights(Path(card.name), state))
    except RunError as error:
        raise RunError("its weights are not those of the network that it describes") from error
    network.eval()
    inputs = Inputs(loaded, network.input_shape)

    def outputs(images: Tensor) -> Tensor:
        ready = [inputs.ready(one) for one in images]
        with torch.inference_mode():
            given: Tensor = network(inputs.batch(ready, range(len(ready)), len(ready), "cpu"))
        return given.flatten(1)

    return outputs, f"torch {torch.__version__}"


def _stages(card: Card) -> tuple[BuildModel, LoadData]:
    """What built the network and loaded its images, as the card's pipeline says. Nothing else is read:
    a pipeline that extends another is refused.
    """
    findings = Findings()
    root = read(card.pipeline, "the pipeline of the model", findings)
    if root is not None and root.get("extends") is not None:
        raise RunError("its pipeline extends another, which a model's does not")
    assembly = assemble(PipelineText(card.pipeline), [], findings) if root is not None else None
    pipeline = assembly.pipeline({}) if assembly else None
    if pipeline is None or findings.errors or pipeline.waits:
        first = findings.sorted()[0].message if findings.errors else "it refers to its data"
        raise RunError(f"its pipeline is not one that this version can read: {first}")
    specs = {stage.id: stage.spec for stage in pipeline.stages}
    built, loaded = specs.get(card.network), specs.get(card.data)
    if not isinstance(built, BuildModel) or not isinstance(loaded, LoadData):
        missing = card.network if not isinstance(built, BuildModel) else card.data
        raise RunError(f"its pipeline has no stage {missing} that builds the network or loads data")
    return built, loaded
