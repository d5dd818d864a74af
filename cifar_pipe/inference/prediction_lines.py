"""Predictions as lines of text, for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from cifar_pipe.inference.prediction import Prediction

_encode = json.JSONEncoder(check_circular=False).encode


def json_lines(predictions: Iterable[Prediction]) -> str:
    r"""One for each; in ASCII, with bytes of names that are not UTF-8 as `\udc80` to `\udcff`."""
    return "".join(f"{_encode(one.plain())}\n" for one in predictions)


def csv_head(top: int) -> str:
    """`top` is how many classes each prediction has."""
    further = [f"{word}_{rank}" for rank in range(2, top + 1) for word in ("class", "probability")]
    return _csv([["file", "predicted", "probability", *further]])


def csv_lines(predictions: Iterable[Prediction]) -> str:
    return _csv([one.path, *(cell for pair in one.top for cell in pair)] for one in predictions)


def _csv(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
