"""The network: its layers and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.run_folder import (
    RunFolder,
    StageFolder,
    mapping,
    number_of,
    rows,
    shape_text,
)


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


def model_parts(folder: RunFolder) -> list[ModelPart]:
    weights = mapping(folder.run.get("weights"))
    return [
        _part(stage, stage.rows("weights.json") or rows(weights.get(stage.id)))
        for stage in folder.stages
        if stage.has("layers.json", "network.txt") or stage.id in weights
    ]


def _part(stage: StageFolder, weights: list[dict[str, Any]]) -> ModelPart:
    layers = stage.rows("layers.json")
    total = sum(_count(row, "parameters") for row in layers)
    return ModelPart(
        id=stage.id,
        layers=[_line(row, total) for row in layers],
        parameters=total,
        trainable=sum(map(_trainable, layers)),
        multiply_adds=sum(_count(row, "multiply_adds") for row in layers),
        text=stage.text("network.txt").rstrip(),
        weights=[
            Weights(
                str(row.get("network", "the network")),
                str(row.get("weights", "")),
                stand_in=bool(row.get("stand_in")),
            )
            for row in weights
        ],
    )


def _line(row: dict[str, Any], total: int) -> LayerLine:
    parameters = _count(row, "parameters")
    return LayerLine(
        name=str(row.get("name", "")),
        type=str(row.get("type", "")),
        shape=shape_text(row.get("output_shape")),
        parameters=parameters,
        multiply_adds=_count(row, "multiply_adds"),
        share=parameters / total if total else 0.0,
    )


def _trainable(row: dict[str, Any]) -> int:
    """The layer's trainable parameters, whether the row has their count or a boolean."""
    match row.get("trainable"):
        case False:
            return 0
        case True | None:
            return _count(row, "parameters")
        case some:
            return int(some)


def _count(row: dict[str, Any], key: str) -> int:
    return int(number_of(row, key) or 0)
