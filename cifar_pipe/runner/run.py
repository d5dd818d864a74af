"""Runs a checked pipeline: stage by stage, each with the outputs of the stages above it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from cifar_pipe.context import Context
from cifar_pipe.errors import CifarPipeError
from cifar_pipe.events import Events
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.device import choose
from cifar_pipe.runner.prepare import Prepared
from cifar_pipe.runner.rundir import RunDir, default_run_dir
from cifar_pipe.runner.seeds import stage_seed
from cifar_pipe.runner.signals import Signals, caught_signals
from cifar_pipe.runner.status import first_state, record_facts, run_status, stage_status
from cifar_pipe.stages.spec import FinishingStageCode, StageCode


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line says of a run; without `run_dir` it is runs/<name>/<time>-<key>."""

    events: Events
    run_dir: Path | None = None
    stand_in_allowed: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """`metrics` is what run.json holds under that name: by stage id, shares as fractions."""

    run_dir: Path
    seconds: float
    metrics: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Run:
    """A pipeline, and where and how it runs."""

    pipeline: Pipeline
    directory: RunDir
    device: str
    options: RunOptions
    signals: Signals = field(default_factory=Signals)

    def context(self, stage: Stage) -> Context:
        drawn_by = stage.id if stage.spec.DRAWS_BY_ID else stage.type.name
        runtime = self.pipeline.document.runtime
        return Context(
            stage=stage.id,
            seed=stage_seed(self.pipeline.document.seed, drawn_by),
            device=self.device,
            run_dir=self.directory.path,
            folder=self.directory.folder(stage.id),
            events=self.options.events,
            record=self.directory.record,
            check_signal=self.signals.check,
            stand_in_allowed=self.options.stand_in_allowed,
            threads=runtime.threads,
            precision=runtime.precision,
            memory_format=runtime.memory_format,
        )


def run(prepared: Prepared, options: RunOptions) -> Outcome:
    """Runs every stage; the run directory has all of it while it goes and after.

    Raises Interrupted after a signal, RunError for what a user can fix; anything else that comes
    out is a bug, and its traceback is in the run directory.
    """
    pipeline = prepared.pipeline
    device = choose(str(pipeline.document.runtime.device))
    path = options.run_dir or default_run_dir(pipeline.name, prepared.resolved)
    directory = RunDir.create(path, written=pipeline.written, resolved=prepared.resolved)
    this = Run(pipeline, directory, device, options)
    started = time.monotonic()
    try:
        directory.update(**first_state(pipeline, device))
        options.events.note(f"run directory: {path}")
        options.events.note(f"device: {device}")
        with caught_signals() as signals, run_status(directory):
            _run_stages(replace(this, signals=signals))
    finally:
        _finish_stages(this)
        directory.close()
    return Outcome(path, time.monotonic() - started, directory.state["metrics"])


def _run_stages(this: Run) -> None:
    outputs: dict[tuple[str, str], Any] = {}
    stages = this.pipeline.stages
    for position, stage in enumerate(stages, 1):
        this.signals.check()
        context = this.context(stage)
        inputs = {str(output): outputs[output, giver] for output, giver in stage.inputs.items()}
        with stage_status(this.directory, stage):
            given = _code_of(stage).run(stage.spec, inputs, context)
        record_facts(this.directory, stage, context.facts)
        outputs |= {(output, stage.id): value for output, value in given.items()}
        needed = {source for later in stages[position:] for source in later.inputs.items()}
        outputs = {key: value for key, value in outputs.items() if key in needed}
    # A signal that came in during the last stage found it finished.


def _finish_stages(this: Run) -> None:
    """Lets stages that show the run as a whole do so with its end known."""
    begun = this.directory.state.get("stages", {})
    failed = this.directory.state.get("status") == "failed"
    for stage in this.pipeline.stages if begun else ():
        code = _code_of(stage)
        if (stage.id in begun or failed) and isinstance(code, FinishingStageCode):
            try:
                code.finish(stage.spec, this.context(stage))
            except CifarPipeError as error:
                this.options.events.warn(f"{stage.id}: {error.message}")


def _code_of(stage: Stage) -> StageCode:
    """The one import of an address in the table: stage code imports torch."""
    return cast("StageCode", import_module(stage.type.code))
