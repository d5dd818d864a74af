"""A run directory as the report needs it. Everything in it is optional: what is not there, or was
not written to its end, reads as empty.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

import yaml

Row = Mapping[str, Any]


@dataclass(frozen=True)
class StageFolder:
    """What one stage wrote. `settings` are its keys in the pipeline, scalars as text."""

    id: str
    path: Path
    settings: Row

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def json(self, name: str) -> Any:
        """None where there is no such file or it is not JSON."""
        return read_json(self.path / name)

    def mapping(self, name: str) -> dict[str, Any]:
        """The JSON object in the file `name`; empty where there is none."""
        return mapping(self.json(name))

    def text(self, name: str) -> str:
        return read_text(self.path / name)

    def table(self, name: str) -> tuple[tuple[str, ...], list[list[int]]]:
        """A square CSV of counts with a header row and a first column of names."""
        rows = list(csv.reader(self.text(name).splitlines()))
        if len(rows) < 2:
            return (), []
        return tuple(rows[0][1:]), [[int(float(cell)) for cell in row[1:]] for row in rows[1:]]


@dataclass(frozen=True)
class RunFolder:
    path: Path

    @cached_property
    def run(self) -> dict[str, Any]:
        """run.json."""
        found = read_json(self.path / "run.json")
        return found if isinstance(found, dict) else {}

    @cached_property
    def pipeline_text(self) -> str:
        return read_text(self.path / "pipeline.yaml")

    @cached_property
    def resolved_text(self) -> str:
        return read_text(self.path / "resolved.yaml")

    @cached_property
    def pipeline(self) -> dict[str, Any]:
        """The pipeline as mappings and lists, every scalar the text that stands in the file."""
        try:
            found = yaml.BaseLoader(self.resolved_text or self.pipeline_text).get_single_data()
        except yaml.YAMLError:
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def stages(self) -> list[StageFolder]:
        """In the order of the pipeline; whatever else left a folder stands behind."""
        settings = self.pipeline.get("stages")
        settings = settings if isinstance(settings, dict) else {}
        folder = self.path / "stages"
        found = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
        told = mapping(self.run.get("stages"))
        ids = dict.fromkeys([*settings, *told, *found])
        return [StageFolder(one, folder / one, mapping(settings.get(one))) for one in ids]

    @cached_property
    def log(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of metrics.jsonl by stage."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in _json_lines(read_text(self.path / "metrics.jsonl")):
            rows.setdefault(str(row.get("stage")), []).append(row)
        return rows


def points(rows: list[dict[str, Any]], key: str) -> list[tuple[float, float]]:
    """(step, value) of the rows that have a finite `key`, by step."""
    pairs = ((row.get("step"), row.get(key)) for row in rows)
    return sorted((float(x), float(y)) for x, y in pairs if is_number(x) and is_number(y))


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def read_json(path: Path) -> Any:
    """None where there is no such file or it is not JSON."""
    try:
        return json.loads(read_text(path))
    except ValueError:
        return None


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            # The last line of a run that was killed may be half a line.
            continue
        if isinstance(row, dict):
            yield row
