"""A square table of counts as CSV, with a header row and a first column of names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from cifar_pipe.diagnostics.terminal_width import escaped

Counts = Sequence[Sequence[int]]

# Spreadsheets compute what begins so; a sign alone and a number are nothing to compute.
_FORMULA = re.compile(r"'*[=+\-@]")
_HARMLESS = re.compile(r"[=+\-@]|[+-]?[\d.]+")
_QUOTED = re.compile(r"''*[=+\-@]")


def to_csv(names: Sequence[str], counts: Counts) -> str:
    text, heads = io.StringIO(), list(map(as_cell, names))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["", *heads])
    writer.writerows([name, *row] for name, row in zip(heads, counts, strict=True))
    return text.getvalue()


def from_csv(text: str) -> tuple[tuple[str, ...], list[list[int]]]:
    """The names and the counts; empty where the table is cut off."""
    head, *lines = list(csv.reader(text.split("\n"))) or [[]]
    names, rows = tuple(map(as_name, head[1:])), [line[1:] for line in lines if line]
    if len(rows) != len(names) or any(len(row) != len(names) or "" in row for row in rows):
        return (), []
    return names, [[int(float(cell)) for cell in row] for row in rows]


def as_cell(name: str) -> str:
    """A name that a spreadsheet would take for a formula begins with `'`, which makes it text there;
    control characters and ends of lines are escaped.
    """
    name = escaped(name)
    return f"'{name}" if _FORMULA.match(name) and not _HARMLESS.fullmatch(name) else name


def as_name(cell: str) -> str:
    return cell[1:] if _QUOTED.match(cell) else cell
