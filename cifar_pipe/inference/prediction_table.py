"""Predictions as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.inference.prediction import Prediction
from cifar_pipe.report.formatting import aligned

_WIDTH = 80


def table(predictions: Sequence[Prediction]) -> list[str]:
    """Lines not wider than 80 columns, the first with the heads: of long names the end is shown."""
    rows = [("predicted", "probability", "then")]
    for one in predictions:
        others = (f"{_cut(name, 14)} {100 * share:.1f} %" for name, share in one.top[1:])
        rows.append((_cut(one.label, 20), f"{100 * one.probability:.1f} %", ", ".join(others)))
    width = _WIDTH - 24
    lines = [_cut(line, width) for line in aligned(rows, right=(1,))]
    room = _WIDTH - 2 - max(map(len, lines))
    files = ["file", *(shown_name(one.path or "") for one in predictions)]
    files = [name if len(name) <= room else f"…{name[1 - room :]}" for name in files]
    longest = max(map(len, files))
    return [f"{file:{longest}}  {line}".rstrip() for file, line in zip(files, lines, strict=True)]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
