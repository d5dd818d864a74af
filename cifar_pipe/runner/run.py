"""Runs a checked pipeline: stage by stage, each with the outputs of the stages above it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.image_set import searched_once
from cifar_pipe.data.kept_images.image_file import IMAGES
from cifar_pipe.errors import CifarPipeError, Interrupted, RunError
from cifar_pipe.events import Events
from cifar_pipe.files import make_folder, write_json
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.profiling import Profile
from cifar_pipe.report.charts import drawing
from cifar_pipe.report.refresh import Refresh
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.runner.allocator import keep_freed_memory
from cifar_pipe.runner.device import choose, waiting_for
from cifar_pipe.runner.environment import command_line
from cifar_pipe.runner.failures import failure_of
from cifar_pipe.runner.planning.judge import Judge
from cifar_pipe.runner.planning.selection import EVERYTHING, Selection
from cifar_pipe.runner.prepare import Prepared
from cifar_pipe.runner.rundir import InUse, RunDir, run_dir_for
from cifar_pipe.runner.seeds import seed_of
from cifar_pipe.runner.signals import Signals, caught_signals
from cifar_pipe.runner.status import first_state, run_status
from cifar_pipe.runner.store.store import Store
from cifar_pipe.runner.work import Work
from cifar_pipe.stages.spec import ExternalStageCode, FinishingStageCode, StageCode
from cifar_pipe.trackers.settings import written_settings
from cifar_pipe.trackers.trackers import Trackers

# In the run directory.
TRACE = "trace.json"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line says of a run.

    Without `run_dir` an unfinished run of the same pipeline below runs/<name>/ is resumed, or
    runs/<name>/<time>-<key> is begun; `fresh` always begins one. Results of finished stages are taken
    from `store` and kept there; without it every stage runs. `hash_data` looks into every file of the
    data, to know whether it has changed. `command` resumes a run that was stopped; a second signal
    ends the process or not. `profile` is what is recorded meanwhile; it is left in the run directory.
    `log` is given what happens: `run` with what run.json says at its beginning, `stage` with an entry of
    it, `metrics` with a row of metrics.jsonl, `end`.
    """

    events: Events
    run_dir: Path | None = None
    stand_in_allowed: bool = True
    store: Path | None = None
    fresh: bool = False
    selection: Selection = EVERYTHING
    keep_older: bool = False
    hash_data: bool = False
    command: str = field(default_factory=command_line)
    ends_process: bool = True
    profile: Profile | None = None
    log: Callable[[str, Mapping[str, Any]], None] = lambda _kind, _values: None


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

    def context(self, stage: Stage, **more: Any) -> Context:
        runtime = self.pipeline.document.runtime
        return Context(
            stage=stage.id,
            seed=seed_of(stage, self.pipeline.document.seed),
            device=self.device,
            run_dir=self.directory.path,
            folder=self.directory.folder(stage.id),
            record=self.directory.record,
            check_signal=self.signals.check,
            stand_in_allowed=self.options.stand_in_allowed,
            threads=runtime.threads,
            precision=runtime.precision,
            memory_format=runtime.memory_format,
            engine=runtime.engine,
            residency=runtime.residency,
            image_store=self.options.store and self.options.store / IMAGES,
            **{"events": self.options.events, **more},
        )


def run(prepared: Prepared, options: RunOptions) -> Outcome:
    """Runs every stage whose result is not kept; the run directory has all of it while it goes and
    after.

    Raises Interrupted after a signal, RunError for what a user can fix, UsageError for stages that
    are not the pipeline's; anything else that comes out is a bug, and its traceback is in the run
    directory.
    """
    pipeline = prepared.pipeline
    options.selection.check(pipeline)
    keep_freed_memory()
    device = choose(str(pipeline.document.runtime.device))
    if options.profile is not None:
        options.profile.wait = waiting_for(device)
    directory = _directory(prepared, options)
    directory.log = options.log
    this = Run(pipeline, directory, device, options)
    trackers = Trackers(options.events)
    started = time.monotonic()
    try:
        state = first_state(pipeline, device, directory, options.command)
        directory.update(**state, overrides=[*prepared.overrides])
        options.log("run", {"run_dir": str(directory.path), **directory.state})
        resumed = " (resumed)" if directory.earlier else ""
        options.events.note(f"run directory: {directory.path}{resumed}")
        options.events.note(f"device: {device}")
        declared = pipeline.document.trackers
        settings = written_settings(pipeline)
        trackers.begin(declared, pipeline.name, directory.path, settings)
        refresh = Refresh(directory.path)

        def tell(row: Mapping[str, Any]) -> None:
            trackers.log(row)
            refresh(row)

        directory.tell(tell)
        ends = options.ends_process
        with caught_signals(ends_process=ends) as signals, run_status(directory), searched_once():
            _run_stages(replace(this, signals=signals))
    except Interrupted as error:
        error.help = (f"to resume, run the same command: {options.command}",)
        raise
    finally:
        _finish_stages(this)
        if options.profile is not None:
            with _failures_reported(options.events, "the trace"):
                write_json(directory.path / TRACE, options.profile.trace())
        trackers.end(directory.state, directory.path)
        ending = {key: directory.state.get(key) for key in ("status", "seconds", "metrics")}
        page = directory.path / RunFolder(directory.path).page
        if page.is_file():
            ending["page"] = str(page)
        options.log("end", {"run_dir": str(directory.path), **ending})
        directory.close()
    return Outcome(directory.path, time.monotonic() - started, directory.state["metrics"])


def _directory(prepared: Prepared, options: RunOptions) -> RunDir:
    pipeline, fresh = prepared.pipeline, options.fresh
    while True:
        path = options.run_dir or run_dir_for(pipeline.name, prepared.key, fresh=fresh)
        written, resolved = pipeline.written, prepared.resolved
        try:
            return RunDir.create(
                path, written=written, resolved=resolved, key=prepared.key, fresh=fresh
            )
        except InUse:
            # Another process was quicker: this one then gets another place.
            if options.run_dir is not None:
                raise


def judge_of(pipeline: Pipeline, options: RunOptions) -> Judge:
    """Decides which stages run."""
    store = None
    if options.store is not None:
        make_folder(options.store)
        store = Store(options.store)
    found: dict[str, str | None] = {}

    def external(stage: Stage) -> str | None:
        """Data is looked up once, as its files may be many; other files each time, as a stage above
        may write them.
        """
        code = code_of(stage)
        if stage.id not in found or "data" not in stage.spec.GIVES:
            found[stage.id] = (
                code.external(stage.spec, whole=options.hash_data)
                if isinstance(code, ExternalStageCode)
                else ""
            )
        return found[stage.id]

    return Judge(pipeline, store, external, options.selection, options.keep_older, options.fresh)


def _run_stages(this: Run) -> None:
    judge = judge_of(this.pipeline, this.options)
    events = this.options.events

    def context(stage: Stage, **more: Any) -> Context:
        if "metrics" in stage.spec.GIVES:
            # The page is near: what draws its charts gets ready beside the evaluation.
            drawing.start()
        return this.context(stage, **more)

    work = Work(judge, this.directory, events, context, code_of, this.device)
    work.run_stages()
    # A signal that came in during the last stage found it finished.


def _finish_stages(this: Run) -> None:
    """Leaves the page, however the run has ended: as its stages for that declare it, or else as they
    would by default.
    """
    if not this.directory.state.get("stages"):
        return
    if this.options.profile is not None:
        with _failures_reported(this.options.events, "the profile"):
            this.directory.update(profile=this.options.profile.plain())
    finishing = [
        (stage, code)
        for stage in this.pipeline.stages
        if isinstance(code := code_of(stage), FinishingStageCode)
    ]
    for stage, code in finishing:
        with _failures_reported(this.options.events, stage.id):
            code.finish(stage.spec, this.context(stage))
    if not finishing:
        from cifar_pipe.report.page import write_page  # noqa: PLC0415 (no step waits for it)

        with _failures_reported(this.options.events, "the page"):
            write_page(this.directory.path)


@contextmanager
def _failures_reported(events: Events, what: str) -> Iterator[None]:
    try:
        yield
    except CifarPipeError as error:
        events.warn(f"{what}: {error.message}")
    except OSError as error:
        if (failure := failure_of(error, what)) is None:
            raise
        events.warn(failure.message)


def code_of(stage: Stage) -> StageCode:
    """The one import of an address in the table: stage code imports torch."""
    try:
        return cast("StageCode", import_module(stage.type.code))
    except ImportError as error:
        if stage.type.package is None:
            raise
        what = f"the code of the stage {stage.type.name} of the package {stage.type.package}"
        message = f"{what} cannot be imported: {error}"
        raise RunError(message, help="install what the package needs") from error
