"""What `inspect` saw inside a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.reading import RunFolder, StageFolder, is_number, mapping
from cifar_pipe.report.words import number


@dataclass(frozen=True)
class ParameterLine:
    """`share` is the gradient's norm as a part of the largest one, 0 to 1."""

    name: str
    shape: str
    norm: str
    share: float


@dataclass(frozen=True)
class InspectionPart:
    """`text` is all that the stage can print."""

    id: str
    facts: list[tuple[str, str]]
    parameters: list[ParameterLine]
    text: str


def inspection_parts(folder: RunFolder) -> list[InspectionPart]:
    return [
        _part(stage, stage.mapping("inspect.json"))
        for stage in folder.stages
        if stage.has("inspect.json")
    ]


def _part(stage: StageFolder, seen: dict[str, Any]) -> InspectionPart:
    rows = [row for row in seen.get("parameters") or () if isinstance(row, dict)]
    norms = [row["gradient_norm"] for row in rows if is_number(row.get("gradient_norm"))]
    largest = max(norms, default=0.0)
    return InspectionPart(
        id=stage.id,
        facts=_facts(seen),
        parameters=[_line(row, largest) for row in rows],
        text=stage.text("inspect.txt").rstrip(),
    )


def _facts(seen: dict[str, Any]) -> list[tuple[str, str]]:
    given, output, loss = (mapping(seen.get(key)) for key in ("input", "output", "loss"))
    facts = [
        ("input", f"{given.get('from', '')} {_shape(given.get('shape'))}".strip()),
        ("output", _shape(output.get("shape"))),
    ]
    if loss:
        value = loss.get("value")
        facts.append((str(loss.get("name", "loss")), number(value) if is_number(value) else "–"))
    return [*facts, ("way back from", "the loss" if loss else "a random gradient of the output")]


def _line(row: dict[str, Any], largest: float) -> ParameterLine:
    norm = row.get("gradient_norm")
    return ParameterLine(
        name=str(row.get("name", "")),
        shape=_shape(row.get("shape")),
        norm=number(norm) if is_number(norm) else "none",
        share=norm / largest if is_number(norm) and largest else 0.0,
    )


def _shape(shape: object) -> str:
    return " × ".join(map(str, shape)) if isinstance(shape, list) else ""
