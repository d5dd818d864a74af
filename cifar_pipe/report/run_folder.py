"""A run's folder as the report needs it. Everything in it is optional: what is not there, or was not
written to its end, reads as empty.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from cifar_pipe.report.language import LANGUAGES
from cifar_pipe.report.tables import answer_table, count_table
from cifar_pipe.report.tables.answer_table import Answer

Row = Mapping[str, Any]


@dataclass(frozen=True)
class StageFolder:
    """What one stage wrote. `settings` are its keys in the pipeline, scalars as text."""

    id: str
    path: Path
    settings: Row

    def has(self, *names: str) -> bool:
        """Whether one of these files is there."""
        return any((self.path / name).is_file() for name in names)

    def mapping(self, name: str) -> dict[str, Any]:
        """The JSON object in the file `name`; empty where there is none."""
        return mapping(from_json(self.text(name)))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The JSON objects of the list in the file `name`; empty where there is none."""
        return rows(from_json(self.text(name)))

    def text(self, name: str) -> str:
        return read_text(self.path / name)

    def table(self, name: str) -> tuple[tuple[str, ...], list[list[int]]]:
        """A square table of counts, and the names of its rows; empty if cut off."""
        return count_table.from_csv(self.text(name))

    @cached_property
    def answers(self) -> list[Answer]:
        """What each image was taken for, in the order of the split; empty where there is no such table."""
        return answer_table.from_csv(self.text(answer_table.NAME))


@dataclass(frozen=True)
class RunFolder:
    path: Path

    @cached_property
    def run(self) -> dict[str, Any]:
        """run.json."""
        return mapping(from_json(read_text(self.path / "run.json")))

    @cached_property
    def pipeline_text(self) -> str:
        return read_text(self.path / "pipeline.yaml")

    @cached_property
    def resolved_text(self) -> str:
        return read_text(self.path / "resolved.yaml")

    @cached_property
    def pipeline(self) -> dict[str, Any]:
        """The pipeline as mappings and lists, every scalar as text."""
        try:
            loader = yaml.BaseLoader(self.resolved_text or self.pipeline_text)
            return mapping(loader.get_single_data())
        except yaml.YAMLError:
            return {}

    @cached_property
    def stages(self) -> list[StageFolder]:
        """In the order of the pipeline; then any others that left a folder."""
        settings = mapping(self.pipeline.get("stages"))
        folder = self.path / "stages"
        found = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
        ids = dict.fromkeys([*settings, *mapping(self.run.get("stages")), *found])
        return [StageFolder(one, folder / one, mapping(settings.get(one))) for one in ids]

    @cached_property
    def declared(self) -> Row:
        """The settings of its stage `report`; empty where there is none."""
        types = ((stage.settings.get("type", stage.id), stage) for stage in self.stages)
        return next((stage.settings for type_, stage in types if type_ == "report"), {})

    @property
    def page(self) -> str:
        """Where its page is, or would be, in its folder."""
        return str(self.declared.get("path") or "report.html")

    @property
    def title(self) -> str | None:
        """What the pipeline declares as the page's title."""
        title = self.declared.get("title")
        return None if title in (None, "null") else str(title)

    @property
    def language(self) -> str:
        """What the pipeline declares as the page's language."""
        declared = str(self.declared.get("language"))
        return declared if declared in LANGUAGES else "en"

    @cached_property
    def log(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of metrics.jsonl by stage."""
        by_stage = defaultdict(list)
        for line in read_text(self.path / "metrics.jsonl").splitlines():
            # The last line of a run that was killed may be half a line.
            if row := mapping(from_json(line)):
                by_stage[str(row.get("stage"))].append(row)
        return by_stage

    def points(self, stage: str, key: str) -> list[tuple[float, float]]:
        """(step, value) of the stage's log rows that have a finite `key`, by step."""
        pairs = ((row.get("step"), row.get(key)) for row in self.log.get(stage, []))
        return sorted((float(x), float(y)) for x, y in pairs if is_number(x) and is_number(y))


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def number_of(row: Row, key: str) -> float | None:
    """The value of `key`, where it is a finite number."""
    value = row.get(key)
    return value if is_number(value) else None


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def read_text(path: Path) -> str:
    """Empty where there is no such file; raises OSError for one that cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""


def from_json(text: str) -> Any:
    """None where the text is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None
