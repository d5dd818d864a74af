"""The network: its layers and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.formatting import shape_text
from cifar_pipe.report.looks.network_graph import Box, boxes, is_a_line
from cifar_pipe.report.run_folder import RunFolder, StageFolder, mapping, number_of, rows


@dataclass(frozen=True)
class LayerLine:
    """`share` is the layer's part of all parameters, 0 to 1."""

    name: str
    type: str
    shape: str
    parameters: int
    multiply_adds: int
    share: float


@dataclass(frozen=True)
class Weights:
    """What a layer began with: `name` is torchvision's or a file's; random ones if `stand_in`."""

    network: str
    name: str
    stand_in: bool


@dataclass(frozen=True)
class ModelPart:
    """`trainable` counts the parameters that training changes. `text` is `print(network)`."""

    id: str
    layers: list[LayerLine]
    parameters: int
    trainable: int
    multiply_adds: int
    text: str
    weights: list[Weights]
    graph: list[Box]

    @property
    def is_a_line(self) -> bool:
        return is_a_line(self.graph)


def model_parts(folder: RunFolder) -> list[ModelPart]:
    weights = mapping(folder.run.get("weights"))
    return [
        _part(stage, stage.rows("weights.json") or rows(weights.get(stage.id)))
        for stage in folder.stages
        if stage.has("layers.json", "network.txt") or stage.id in weights
    ]


def _part(stage: StageFolder, weights: list[dict[str, Any]]) -> ModelPart:
    rows_ = stage.rows("layers.json")
    total = sum(_count(row, "parameters") for row in rows_)
    layers = []
    for row in rows_:
        parameters, multiply_adds = _count(row, "parameters"), _count(row, "multiply_adds")
        name, type_ = (str(row.get(key, "")) for key in ("name", "type"))
        shape, share = shape_text(row.get("output_shape")), parameters / total if total else 0.0
        layers.append(LayerLine(name, type_, shape, parameters, multiply_adds, share))
    return ModelPart(
        id=stage.id,
        layers=layers,
        parameters=total,
        trainable=sum(map(_trainable, rows_)),
        multiply_adds=sum(layer.multiply_adds for layer in layers),
        text=stage.text("network.txt").rstrip(),
        weights=list(map(_weights, weights)),
        graph=boxes(rows_),
    )


def _weights(row: dict[str, Any]) -> Weights:
    network, name = str(row.get("network", "the network")), str(row.get("weights", ""))
    return Weights(network, name, stand_in=bool(row.get("stand_in")))


def _trainable(row: dict[str, Any]) -> int:
    """The layer's trainable parameters, whether the row has their count or a boolean."""
    trainable = row.get("trainable")
    return _count(row, "parameters") if trainable is None or trainable is True else int(trainable)


def _count(row: dict[str, Any], key: str) -> int:
    return int(number_of(row, key) or 0)
