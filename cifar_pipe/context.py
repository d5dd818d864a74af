"""What the runner gives to a stage's code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cifar_pipe.events import Events
from cifar_pipe.runtime import EngineChoice, MemoryFormat, Precision, Residency


def _no_rows(_: Sequence[Mapping[str, Any]]) -> None:
    pass


def _no_files() -> None:
    pass


@dataclass(frozen=True)
class Context:
    """`seed` is derived from (pipeline seed, stage id), and for loading data from the pipeline's seed
    alone: a split depends on nothing else. `folder` is the stage's own; it exists.

    `record` appends one line to metrics.jsonl. `check_signal` raises Interrupted once a
    signal has come in; loops call it between steps. `threads` is what the pipeline fixes; where it
    is None, a stage chooses what suits its work. `precision` and `memory_format` are those of what a
    network computes; `engine` is what the pipeline says of the steps of trainings, `residency` of where
    images are. Decoded images are kept in the folder `image_store`; where it is None, none are.

    `key` says what the stage's result depends on: a checkpoint has it, and is used where it is equal.
    `checkpoints` is the folder of this training's checkpoints; where it is None, none are written.
    `continues` is the last checkpoint of a finished training that differs from this one in a smaller
    length alone. `replace_rows` cuts metrics.jsonl back to these rows of this stage, and all of others;
    `take_files` brings what the shorter training wrote on the way into `folder`.
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
    engine: EngineChoice = "eager"
    residency: Residency = "auto"
    image_store: Path | None = None
    key: str = ""
    checkpoints: Path | None = None
    continues: Path | None = None
    replace_rows: Callable[[Sequence[Mapping[str, Any]]], None] = _no_rows
    take_files: Callable[[], None] = _no_files
    # What belongs into run.json beside the stage's status: {"data": {...}} or {"metrics": {...}}; and
    # {"resumed": "epoch 2, step 13,422 of 25,000"} of a training that was taken up again.
    facts: dict[str, Any] = field(default_factory=dict)

    def keep_warning(
        self,
        text: str,
        *,
        help: str | None = None,  # noqa: A002
        overrides: Sequence[str] = (),
        options: Sequence[str] = (),
        of_several: str | None = None,
    ) -> None:
        """For run.json, the page and the end of the run: it is said already, or no matter for a terminal.

        `overrides`, or `options` of `cifar-pipe run`, do what `help` says. `of_several` are the words
        for several stages that say the same with other numbers.
        """
        kept: dict[str, Any] = {"message": text}
        if help:
            kept["help"] = _with_overrides(help, overrides)
        if overrides:
            kept["overrides"] = list(overrides)
        if options:
            kept["options"] = list(options)
        if of_several:
            kept["of_several"] = of_several
        self.facts.setdefault("warnings", []).append(kept)

    def warn(
        self,
        text: str,
        *,
        help: str | None = None,  # noqa: A002
        overrides: Sequence[str] = (),
    ) -> None:
        """Says what changes the meaning of the results, and keeps it for run.json and the page.

        `overrides` do what `help` says: `train.epochs=4`.
        """
        self.keep_warning(text, help=help, overrides=overrides)
        help_ = f"; {_with_overrides(help, overrides)}" if help else ""
        self.events.warn(f"{self.stage}: {text}{help_}")


def _with_overrides(help_: str, overrides: Sequence[str]) -> str:
    return ": ".join(filter(None, [help_, " ".join(f"-S {one}" for one in overrides)]))
