"""Curves, settings and metrics as tables of text, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from cifar_pipe.files import LineFile, make_own_folder, write_text
from cifar_pipe.trackers.tracker import Ending, TrackedRun


class CSV:
    """Three files in trackers/csv of the run directory: curves.csv, settings.csv and metrics.csv."""

    def __init__(self, run: TrackedRun) -> None:
        self._folder = run.folder / "csv"
        make_own_folder(self._folder)
        self._columns = ["stage", "step"]
        self._rows: list[Mapping[str, Any]] = []
        self._curves = LineFile(self._folder / "curves.csv")
        write_text(
            self._folder / "settings.csv",
            _text([("setting", "value"), *run.settings.items()]) + "\n",
        )

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        row = {"stage": stage, "step": step, **values}
        new = [name for name in row if name not in self._columns]
        self._rows.append(row)
        if new or len(self._rows) == 1:
            self._columns += new
            self._curves.replace([_text([self._columns]), *map(self._line, self._rows)])
        else:
            self._curves.append(self._line(row))

    def end(self, ending: Ending) -> None:
        self._curves.close()
        table = [("metric", "value"), *ending.metrics.items()]
        write_text(self._folder / "metrics.csv", _text(table) + "\n")

    def _line(self, row: Mapping[str, Any]) -> str:
        return _text([[row.get(name, "") for name in self._columns]])


def _text(rows: Iterable[Iterable[Any]]) -> str:
    """Without the last end of line, which LineFile writes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().removesuffix("\n")
