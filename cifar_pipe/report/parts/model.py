"""The network: its layers and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.reading import RunFolder, StageFolder, mapping


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
    """What a layer began with: `name` is torchvision's or a file's; with `stand_in` random ones."""

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
    told = mapping(folder.run.get("weights"))
    return [
        _part(stage, told.get(stage.id))
        for stage in folder.stages
        if stage.has("layers.json") or stage.has("network.txt") or stage.id in told
    ]


def _part(stage: StageFolder, weights: object) -> ModelPart:
    rows = stage.json("layers.json")
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    total = sum(_count(row, "parameters") for row in rows)
    return ModelPart(
        id=stage.id,
        layers=[_line(row, total) for row in rows],
        parameters=total,
        trainable=sum(map(_trainable, rows)),
        multiply_adds=sum(_count(row, "multiply_adds") for row in rows),
        text=stage.text("network.txt").rstrip(),
        weights=_weights(stage.json("weights.json") or weights),
    )


def _weights(told: object) -> list[Weights]:
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    return [
        Weights(
            str(row.get("network", "the network")),
            str(row.get("weights", "")),
            stand_in=bool(row.get("stand_in")),
        )
        for row in rows
    ]


def _line(row: dict[str, Any], total: int) -> LayerLine:
    parameters = _count(row, "parameters")
    shape = row.get("output_shape")
    return LayerLine(
        name=str(row.get("name", "")),
        type=str(row.get("type", "")),
        shape=" × ".join(map(str, shape)) if isinstance(shape, list) else "",
        parameters=parameters,
        multiply_adds=_count(row, "multiply_adds"),
        share=parameters / total if total else 0.0,
    )


def _trainable(row: dict[str, Any]) -> int:
    """The layer's trainable parameters, whether the row has their count or a yes or no."""
    match row.get("trainable"):
        case False:
            return 0
        case True | None:
            return _count(row, "parameters")
        case some:
            return int(some)


def _count(row: dict[str, Any], key: str) -> int:
    value = row.get(key)
    return int(value) if isinstance(value, int | float) else 0
