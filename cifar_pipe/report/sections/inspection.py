"""What `inspect` found inside a network."""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.report.formatting import number, shape_text
from cifar_pipe.report.language import _
from cifar_pipe.report.run_folder import RunFolder, StageFolder, mapping, number_of, rows


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
    return [_part(stage) for stage in folder.stages if stage.has("inspect.json")]


def _part(stage: StageFolder) -> InspectionPart:
    seen = stage.mapping("inspect.json")
    given, output, loss = (mapping(seen.get(key)) for key in ("input", "output", "loss"))
    facts = [
        (_("input"), f"{given.get('from', '')} {shape_text(given.get('shape'))}".strip()),
        (_("output"), shape_text(output.get("shape"))),
    ]
    if loss:
        value = number_of(loss, "value")
        facts.append((str(loss.get("name") or _("loss")), "–" if value is None else number(value)))
    whence = _("the loss") if loss else _("a random gradient of the output")
    facts.append((_("backward pass from"), whence))
    parameters = []
    norms = [(row, number_of(row, "gradient_norm")) for row in rows(seen.get("parameters"))]
    largest = max((norm or 0.0 for __, norm in norms), default=0.0)
    for row, norm in norms:
        text = _("none") if norm is None else number(norm)
        share = norm / largest if norm and largest else 0.0
        name, shape = str(row.get("name", "")), shape_text(row.get("shape"))
        parameters.append(ParameterLine(name, shape, text, share))
    return InspectionPart(stage.id, facts, parameters, stage.text("inspect.txt").rstrip())
