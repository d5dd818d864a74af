"""What the runner gives to a stage's code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cifar_pipe.events import Events

Precision = Literal["float32", "tf32", "bfloat16", "float16", "bfloat16-true", "float16-true"]
MemoryFormat = Literal["contiguous", "channels_last"]


@dataclass(frozen=True)
class Context:
    """`seed` is derived from (pipeline seed, stage id), and for loading data from the pipeline's seed
    alone: a split depends on nothing else. `folder` is the stage's own; it exists.

    `record` appends one line to metrics.jsonl. `check_signal` raises Interrupted once a
    signal has come in; loops call it between steps. `threads` is what the pipeline fixes; where it
    is None, a stage chooses what suits its work. `precision` and `memory_format` are those of what a
    network computes.
    """

    stage: str
    seed: int
    device: str
    run_dir: Path
    folder: Path
    events: Events
    record: Callable[[Mapping[str, Any]], None]
    check_signal: Callable[[], None]
    stand_in_allowed: bool = True
    threads: int | None = None
    precision: Precision = "float32"
    memory_format: MemoryFormat = "contiguous"
    # What belongs into run.json beside the stage's status: {"data": {...}} or {"metrics": {...}}.
    facts: dict[str, Any] = field(default_factory=dict)

    def keep_warning(self, text: str) -> None:
        """For run.json and the page alone: it is said already."""
        self.facts.setdefault("warnings", []).append(text)

    def warn(self, text: str, *, help: str | None = None) -> None:  # noqa: A002
        """Says what changes the meaning of the results, and keeps it for run.json and the page."""
        self.keep_warning(text)
        self.events.warn(f"{self.stage}: {text}{f'; {help}' if help else ''}")
