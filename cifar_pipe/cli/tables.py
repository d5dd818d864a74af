"""Tables for the terminal: the stages with what each takes, and a network's layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cifar_pipe.pipeline.model import Pipeline, Stage

if TYPE_CHECKING:
    from cifar_pipe.pipeline.networks import Shaped


def stage_lines(pipeline: Pipeline) -> list[str]:
    """Each stage, what it takes of which stage above, and what it gives."""
    rows = [("stage", "takes", "gives")]
    for stage in pipeline.stages:
        name = stage.id if stage.id == stage.type.name else f"{stage.id} ({stage.type.name})"
        rows.append((name, _takes(stage), ", ".join(stage.type.spec.GIVES)))
    return aligned(rows)


def _takes(stage: Stage) -> str:
    """`data of load_data; model, history of train`."""
    givers: dict[str, list[str]] = {}
    for gift, giver in stage.inputs.items():
        givers.setdefault(giver, []).append(gift)
    return "; ".join(f"{', '.join(gifts)} of {giver}" for giver, gifts in givers.items())


def layer_lines(network: Shaped) -> list[str]:
    """Name, type, output shape, parameters and multiply-adds of one image, with their sums."""
    rows: list[tuple[str, ...]] = [("layer", "type", "output", "parameters", "multiply-adds")]
    rows.append(("input", "", _shape(network.input_shape), "", ""))
    for row in network.rows:
        counts = (f"{row.parameters:,}", f"{row.multiply_adds:,}")
        rows.append((row.name, row.type, _shape(row.output_shape), *counts))
    parameters = sum(row.parameters for row in network.rows)
    operations = sum(row.multiply_adds for row in network.rows)
    rows.append(("total", "", "", f"{parameters:,}", f"{operations:,}"))
    return aligned(rows, right=(3, 4))


def _shape(shape: Sequence[int]) -> str:
    return f"[{', '.join(['N', *map(str, shape)])}]"


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Columns two spaces apart; those of `right` end at the same place."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
