"""The network as boxes, one below the other, with those inside of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.report.formatting import plural, shape_text, short_count
from cifar_pipe.report.run_folder import Row, number_of, rows


@dataclass(frozen=True)
class Box:
    """`takes` says where its values come from, where that is not the box above it alone. `size` are its
    parameters in words, empty where it has none.
    """

    name: str
    type: str
    shape: str
    size: str
    takes: str
    inside: Sequence[Box]

    @property
    def count(self) -> str:
        return plural(len(self.inside), "module")


def boxes(layers: Sequence[Row]) -> list[Box]:
    """Of the rows of layers.json, or of those inside of one of them."""
    found, above = [], INPUT
    for row in layers:
        name = str(row.get("name", ""))
        parameters = number_of(row, "parameters")
        inside = boxes(rows(row.get("inside")))
        size = f"{short_count(parameters)} parameters" if parameters else ""
        takes = _takes(row.get("inputs"), above)
        type_ = str(row.get("type", ""))
        found.append(Box(name, type_, shape_text(row.get("output_shape")), size, takes, inside))
        above = name
    return found


def is_a_line(found: Sequence[Box]) -> bool:
    """Whether each box takes what is above it, and none holds others: then a table says as much."""
    return not any(box.takes or box.inside for box in found)


def _takes(inputs: Any, above: str) -> str:
    if not isinstance(inputs, list) or inputs == [above]:
        return ""
    names = ["the input" if one == INPUT else str(one) for one in inputs]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
