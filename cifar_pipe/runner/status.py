"""What run.json says of a run, while it goes and after."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from cifar_pipe.errors import CifarPipeError, Diverged, Interrupted, OutputError
from cifar_pipe.files import write_text
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.environment import environment, git_commit
from cifar_pipe.runner.failures import failure_of
from cifar_pipe.runner.rundir import RunDir
from cifar_pipe.training.device_memory import device_name


def first_state(pipeline: Pipeline, device: str, directory: RunDir, command: str) -> dict[str, Any]:
    """What is known before the first stage. `attempts` are the starts of this run so far."""
    return {
        "status": "running",
        "key": directory.key,
        "attempts": directory.earlier.get("attempts", 0) + 1,
        "name": pipeline.name,
        "description": pipeline.document.description,
        "pipeline": str(pipeline.path),
        "command": command,
        "started": _now(),
        **environment(),
        "device": device,
        "device_name": device_name(device),
        "engine": None,
        "threads": pipeline.document.runtime.threads,
        "precision": pipeline.document.runtime.precision,
        "seed": pipeline.document.seed,
        "git_commit": git_commit(pipeline.path.parent),
        "data": None,
        "stages": {},
        "metrics": {},
    }


@contextmanager
def run_status(directory: RunDir) -> Iterator[None]:
    """Records how the run ended; the traceback of a bug goes into a file of its own."""
    started = time.monotonic()

    def end(status: str, **more: Any) -> None:
        seconds = round(time.monotonic() - started, 3)
        directory.update(status=status, ended=_now(), seconds=seconds, **more)

    def fail(status: str, **more: Any) -> None:
        # Where this cannot be written, what has happened before says more.
        with suppress(OutputError):
            end(status, **more)

    try:
        yield
    except Interrupted:
        fail("interrupted")
        raise
    except CifarPipeError as error:
        cures = list(error.overrides) if isinstance(error, Diverged) else []
        fail("failed", error=error.message, help=list(error.help), cures=cures)
        raise
    except Exception as error:
        if failure := failure_of(error):
            fail("failed", error=failure.message, help=list(failure.help))
            raise failure from error
        with suppress(OutputError):
            path = directory.path / "traceback.txt"
            write_text(path, traceback.format_exc())
            error.add_note(str(path))
        fail("failed", error=f"{type(error).__name__}: {error}")
        raise
    end("done")


@contextmanager
def stage_status(
    directory: RunDir, stage: Stage, reason: str = "", key: str | None = None
) -> Iterator[None]:
    """Records how the stage ended; `reason` is why it runs. Raises RunError for a failure that a user
    can fix.
    """
    started = time.monotonic()

    def record(status: str, reason: str = reason) -> None:
        seconds = round(time.monotonic() - started, 3) if status != "running" else None
        record_stage(directory, stage, status, reason, seconds=seconds, key=key)

    def fail(status: str, reason: str = reason) -> None:
        # Where this cannot be written, what has happened before says more.
        with suppress(OutputError):
            record(status, reason)

    record("running")
    try:
        yield
    except Interrupted:
        fail("interrupted")
        raise
    except CifarPipeError as error:
        fail("failed", error.message)
        raise
    except BaseException as error:
        failure = failure_of(error, stage.id)
        fail("failed", failure.message if failure else f"{type(error).__name__}: {error}")
        if failure:
            raise failure from error
        raise
    record("ran")


def record_stage(
    directory: RunDir,
    stage: Stage,
    status: str,
    reason: str = "",
    *,
    seconds: float | None = None,
    computed_in: float | None = None,
    key: str | None = None,
) -> None:
    """What run.json says of the stage; the key is that of its kept result, and `computed_in` are the
    seconds that it took when it was made, where it is reused.
    """
    whole = {
        "type": stage.type.name,
        "status": status,
        "seconds": seconds,
        "computed_in": computed_in,
        "reason": reason or None,
        "key": key,
    }
    entry = {name: value for name, value in whole.items() if value is not None}
    directory.update(stages={**directory.state["stages"], stage.id: entry})
    directory.log("stage", {"stage": stage.id, **entry})


def computing_seconds(stages: Mapping[str, Any]) -> float | None:
    """What computing all results of a run has taken, also those that it took from other runs; `stages`
    is what run.json says of them. None where a stage was resumed, or did not end.
    """
    total = 0.0
    for stage in stages.values():
        match stage:
            case {"status": "ran", "seconds": int() | float() as took}:
                total += took
            case {"status": "reused", "computed_in": int() | float() as took}:
                total += took
            case {"status": "skipped"}:
                pass
            case _:
                return None
    return total


def record_facts(directory: RunDir, stage: Stage, facts: Mapping[str, Any]) -> None:
    """Adds what the stage found out to what the run says of its data, weights and metrics."""
    state = directory.state
    told = ("engine", "engine_reason", "evaluation_engine", "threads", "residency", "share_of_peak")
    changes: dict[str, Any] = {k: v for k, v in facts.items() if k in told}
    if "data" in facts and state["data"] is None:
        changes["data"] = facts["data"]
    its_end: dict[str, Any] = {}
    if "resumed" in facts and state["stages"][stage.id]["status"] == "ran":
        its_end |= {"status": "resumed", "reason": facts["resumed"]}
    if facts.get("images"):
        its_end["images"] = facts["images"]
    if "stopped" in facts:
        its_end["stopped"] = facts["stopped"]
    if its_end:
        entry = {**state["stages"][stage.id], **its_end}
        changes["stages"] = {**state["stages"], stage.id: entry}
    if "weights" in facts:
        changes["weights"] = {**state.get("weights", {}), stage.id: facts["weights"]}
    if "metrics" in facts:
        changes["metrics"] = {**state["metrics"], stage.id: facts["metrics"]}
    if "warnings" in facts:
        its = [{"stage": stage.id, **one} for one in facts["warnings"]]
        changes["warnings"] = [*state.get("warnings", []), *its]
    if changes:
        directory.update(**changes)


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
