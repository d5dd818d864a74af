"""Tables for the terminal: the stages with what each takes, and a network's layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING

from cifar_pipe.pipeline.model import Pipeline, Stage

if TYPE_CHECKING:
    from cifar_pipe.pipeline.networks import LayerRow, Shaped


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
    """Name, type, output shape, parameters and multiply-adds of one image, with their sums.

    Layers inside of others stand indented below them, and are counted in them. `KiB` is what one
    image's outputs take as float32: what training keeps, roughly, less what works in place.
    """
    head = ("layer", "type", "output", "parameters", "multiply-adds", "KiB")
    rows: list[tuple[str, ...]] = [head, ("input", "", _shape(network.input_shape), "", "", "")]
    for row in network.rows:
        rows.extend(_rows(row, row.name, 0))
    parameters = sum(row.parameters for row in network.rows)
    operations = sum(row.multiply_adds for row in network.rows)
    kept = sum(map(_bytes, network.rows))
    rows.append(("total", "", "", f"{parameters:,}", f"{operations:,}", _kib(kept)))
    if any(row.trainable != row.parameters for row in network.rows):
        trainable = sum(row.trainable for row in network.rows)
        rows.append(("trainable", "", "", f"{trainable:,}", "", ""))
    return aligned(rows, right=(3, 4, 5))


def _rows(row: LayerRow, name: str, depth: int) -> Iterator[tuple[str, ...]]:
    counts = (f"{row.parameters:,}", f"{row.multiply_adds:,}", _kib(_bytes(row)))
    yield ("  " * depth + name, row.type, _shape(row.output_shape), *counts)
    for first, last in _equal(row.inside):
        same = first.name if first is last else f"{first.name} to {last.name}"
        yield from _rows(first, same, depth + 1)


def _equal(rows: Sequence[LayerRow]) -> Iterator[tuple[LayerRow, LayerRow]]:
    """Runs of repetitions that differ in nothing, each as its first and its last row."""
    for _, run in groupby(rows, key=lambda row: replace(row, name="") if _counts(row) else row):
        found = list(run)
        yield found[0], found[-1]


def _counts(row: LayerRow) -> bool:
    """Whether the row is one of a layer's repetitions, which are called 0, 1 and so on."""
    return row.name.isdigit()


def _bytes(row: LayerRow) -> int:
    return sum(map(_bytes, row.inside)) if row.inside else 4 * prod(row.output_shape)


def _kib(count: int) -> str:
    return f"{count / 1024:,.1f}"


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
