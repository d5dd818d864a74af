"""What `inspect` found inside a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.number_format import number
from cifar_pipe.report.run_folder import (
    RunFolder,
    StageFolder,
    mapping,
    number_of,
    rows,
    shape_text,
)


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
    parameters = rows(seen.get("parameters"))
    largest = max((number_of(row, "gradient_norm") or 0.0 for row in parameters), default=0.0)
    return InspectionPart(
        id=stage.id,
        facts=_facts(seen),
        parameters=[_line(row, largest) for row in parameters],
        text=stage.text("inspect.txt").rstrip(),
    )


def _facts(seen: dict[str, Any]) -> list[tuple[str, str]]:
    given, output, loss = (mapping(seen.get(key)) for key in ("input", "output", "loss"))
    facts = [
        ("input", f"{given.get('from', '')} {shape_text(given.get('shape'))}".strip()),
        ("output", shape_text(output.get("shape"))),
    ]
    if loss:
        value = number_of(loss, "value")
        facts.append((str(loss.get("name", "loss")), "–" if value is None else number(value)))
    return [
        *facts,
        ("backward pass from", "the loss" if loss else "a random gradient of the output"),
    ]


def _line(row: dict[str, Any], largest: float) -> ParameterLine:
    norm = number_of(row, "gradient_norm")
    return ParameterLine(
        name=str(row.get("name", "")),
        shape=shape_text(row.get("shape")),
        norm="none" if norm is None else number(norm),
        share=norm / largest if norm is not None and largest else 0.0,
    )
