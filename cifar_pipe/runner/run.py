"""Runs a checked pipeline: stage by stage, each with what the ones above it gave."""

from __future__ import annotations

import errno
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.errors import CifarPipeError, Interrupted, OutputError, RunError
from cifar_pipe.events import Events
from cifar_pipe.files import write_text
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner import device as devices
from cifar_pipe.runner.environment import command_line, environment, git_commit
from cifar_pipe.runner.prepare import Options, Prepared
from cifar_pipe.runner.rundir import RunDir, default_run_dir
from cifar_pipe.runner.seeds import stage_seed
from cifar_pipe.runner.signals import Signals, caught_signals
from cifar_pipe.stages.spec import StageSpec

TRACEBACK = "traceback.txt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`metrics` is what run.json holds under that name: by stage id, shares as fractions."""

    run_dir: Path
    seconds: float
    metrics: Mapping[str, Mapping[str, Any]]


def run(prepared: Prepared, *, run_dir: Path | None, events: Events, options: Options) -> Outcome:
    """Runs every stage; the run directory tells all of it while it goes and after.

    Raises Interrupted after a signal, RunError for what a user can mend; anything else that comes
    out is a bug, and its traceback is in the run directory.
    """
    pipeline = prepared.pipeline
    device = devices.choose(str(pipeline.document.runtime.device))
    if run_dir is None:
        run_dir = default_run_dir(pipeline.name, prepared.resolved)
    directory = RunDir.create(run_dir, written=pipeline.written, resolved=prepared.resolved)
    started = time.monotonic()
    try:
        directory.update(**_head(pipeline, device))
        events.note(f"run directory: {run_dir}")
        events.note(f"device: {device}")
        with caught_signals() as signals, _status(directory, started):
            _run_stages(pipeline, directory, device, events, signals, options)
    finally:
        _finish(pipeline, directory, device, events)
        directory.close()
    return Outcome(run_dir, time.monotonic() - started, directory.state["metrics"])


def _head(pipeline: Pipeline, device: str) -> dict[str, Any]:
    return {
        "status": "running",
        "name": pipeline.name,
        "description": pipeline.document.description,
        "pipeline": str(pipeline.path),
        "command": command_line(),
        "started": _now(),
        **environment(),
        "device": device,
        "device_name": devices.name_of(device),
        "engine": None,
        "threads": pipeline.document.runtime.threads,
        "seed": pipeline.document.seed,
        "git_commit": git_commit(pipeline.path.parent),
        "data": None,
        "stages": {},
        "metrics": {},
    }


def _run_stages(
    pipeline: Pipeline,
    directory: RunDir,
    device: str,
    events: Events,
    signals: Signals,
    options: Options,
) -> None:
    gifts: dict[tuple[str, str], Any] = {}
    for position, stage in enumerate(pipeline.stages):
        signals.check()
        context = _context(pipeline, stage, directory, device, events, signals, options)
        inputs = {gift: gifts[giver, gift] for gift, giver in stage.inputs.items()}
        with _stage_status(directory, stage):
            given = code_of(stage).run(stage.spec, inputs, context)
        _report_facts(directory, stage, context.facts)
        gifts.update({(stage.id, gift): value for gift, value in given.items()})
        needed = {
            (giver, gift)
            for later in pipeline.stages[position + 1 :]
            for gift, giver in later.inputs.items()
        }
        gifts = {key: value for key, value in gifts.items() if key in needed}
    # A signal that came in during the last stage found it finished.


def code_of(stage: Stage) -> ModuleType:
    """The module with the stage's code: the one lazy import of an address in the table."""
    return import_module(stage.type.code.partition(":")[0])


def _context(
    pipeline: Pipeline,
    stage: Stage,
    directory: RunDir,
    device: str,
    events: Events,
    signals: Signals,
    options: Options,
) -> Context:
    return Context(
        stage=stage.id,
        seed=stage_seed(pipeline.document.seed, stage.id),
        device=device,
        run_dir=directory.path,
        folder=directory.folder(stage.id),
        events=events,
        record=directory.record,
        check_signal=signals.check,
        stand_in_allowed=options.stand_in_allowed,
        threads=pipeline.document.runtime.threads,
    )


def _report_facts(directory: RunDir, stage: Stage, facts: Mapping[str, Any]) -> None:
    state = directory.state
    changes: dict[str, Any] = {k: v for k, v in facts.items() if k in ("engine", "threads")}
    if "data" in facts and state["data"] is None:
        changes["data"] = facts["data"]
    if "weights" in facts:
        changes["weights"] = {**state.get("weights", {}), stage.id: facts["weights"]}
    if "metrics" in facts:
        changes["metrics"] = {**state["metrics"], stage.id: facts["metrics"]}
    if changes:
        directory.update(**changes)


@contextmanager
def _stage_status(directory: RunDir, stage: Stage) -> Iterator[None]:
    started = time.monotonic()

    def tell(status: str, reason: str | None = None) -> None:
        entry = {"type": stage.type.name, "status": status}
        if status != "running":
            entry["seconds"] = round(time.monotonic() - started, 3)  # type: ignore[assignment]
        if reason is not None:
            entry["reason"] = reason
        directory.update(stages={**directory.state["stages"], stage.id: entry})

    tell("running")
    try:
        yield
    except Interrupted:
        tell("interrupted")
        raise
    except CifarPipeError as error:
        tell("failed", error.message)
        raise
    except BaseException as error:
        told = told_error(error, stage.id)
        tell("failed", told.message if told else f"{type(error).__name__}: {error}")
        if told:
            raise told from error
        raise
    tell("ran")


@contextmanager
def _status(directory: RunDir, started: float) -> Iterator[None]:
    """Says in run.json how the run ended."""

    def end(status: str, **more: Any) -> None:
        seconds = round(time.monotonic() - started, 3)
        directory.update(status=status, ended=_now(), seconds=seconds, **more)

    try:
        yield
    except Interrupted:
        end("interrupted")
        raise
    except CifarPipeError as error:
        end("failed", error=error.message)
        raise
    except Exception as error:
        write_text(directory.path / TRACEBACK, traceback.format_exc())
        error.add_note(str(directory.path / TRACEBACK))
        end("failed", error=f"{type(error).__name__}: {error}")
        raise
    end("done")


def told_error(error: BaseException, stage_id: str) -> RunError | None:
    """What a user can mend, in words: a full disk, no memory. None for anything else."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(f"{stage_id}: the disk is full", help="free some room")
    if isinstance(error, MemoryError) or _is_out_of_memory(error):
        return RunError(
            f"{stage_id}: out of memory: {str(error).splitlines()[0] if str(error) else ''}".rstrip(
                ": "
            ),
            help="a smaller batch_size or a smaller network takes less",
        )
    return None


def _is_out_of_memory(error: BaseException) -> bool:
    text = str(error)
    return isinstance(error, RuntimeError) and (
        type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in text
    )


def _finish(pipeline: Pipeline, directory: RunDir, device: str, events: Events) -> None:
    """Lets stages that show the run as a whole (report) do so with its end known."""
    done = directory.state.get("stages", {})
    failed = directory.state.get("status") == "failed"
    for stage in pipeline.stages:
        if stage.id not in done and not failed:
            continue
        finish: Callable[[StageSpec, Context], None] | None
        if done and (finish := getattr(code_of(stage), "finish", None)):
            context = _context(pipeline, stage, directory, device, events, Signals(), Options())
            try:
                finish(stage.spec, context)
            except CifarPipeError as error:
                events.warn(f"{stage.id}: {error.message}")


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
