"""`cifar_pipe.run`: checks a pipeline and runs it, as `cifar-pipe run`."""

from __future__ import annotations

import os
from pathlib import Path

from cifar_pipe.api.given import Overrides, Pipeline, overrides_of, source_of
from cifar_pipe.api.result import Result
from cifar_pipe.api.words import events_of, with_details
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import to_text
from cifar_pipe.errors import PipelineError
from cifar_pipe.events import Events


def run(
    pipeline: Pipeline,
    overrides: Overrides = (),
    *,
    run_dir: str | os.PathLike[str] | None = None,
    from_: str | None = None,
    until: str | None = None,
    only: str | None = None,
    force: str | bool = False,
    fresh: bool = False,
    keep_older: bool = False,
    hash_data: bool = False,
    no_stand_in: bool = False,
    events: Events | None = None,
    verbose: bool = False,
) -> Result:
    """Runs what has changed of the pipeline, and resumes a run of it that was stopped.

    `pipeline` and `overrides` are as for `check`; the other arguments are the options of the command
    `cifar-pipe run`: `force=True` runs all stages anew, `force="train"` one of them. Nothing is
    printed unless it is `verbose`; `events` gets what would be. Warnings are PipelineWarnings.

    Raises PipelineError where the pipeline has findings, UsageError for arguments that do not fit,
    RunError where the run fails for a reason that is reported, and Interrupted after Ctrl-C: the
    same call then resumes the run. A second Ctrl-C is a KeyboardInterrupt.
    """
    from cifar_pipe.runner.planning.selection import ALL, Selection  # noqa: PLC0415 (torch)
    from cifar_pipe.runner.prepare import prepare  # noqa: PLC0415
    from cifar_pipe.runner.run import RunOptions  # noqa: PLC0415
    from cifar_pipe.runner.run import run as run_pipeline  # noqa: PLC0415
    from cifar_pipe.runner.rundir import STORE  # noqa: PLC0415

    listener, findings = events_of(events, verbose=verbose), Findings()
    anew = ALL if force is True else force or None
    with with_details():
        written = overrides_of(overrides)
        prepared = prepare(source_of(pipeline), written, findings)
        if prepared is None:
            raise PipelineError(findings.sorted(), text=_refusal(findings))
        for one in findings.warnings:
            listener.warn("; ".join(filter(None, [str(one), one.help])))
        options = RunOptions(
            listener,
            Path(run_dir) if run_dir is not None else None,
            stand_in_allowed=not no_stand_in,
            store=STORE,
            fresh=fresh,
            selection=Selection(from_, until, only, anew),
            keep_older=keep_older,
            hash_data=hash_data,
            command=_call(str(prepared.pipeline.path), written),
            ends_process=False,
        )
        outcome = run_pipeline(prepared, options)
    return Result(outcome.run_dir)


def _refusal(findings: Findings) -> str:
    from cifar_pipe.diagnostics.render import not_known_to_text  # noqa: PLC0415

    errors = findings.sorted()
    return (to_text(errors) if errors else not_known_to_text(findings.not_known)).rstrip()


def _call(path: str, overrides: list[str]) -> str:
    given = "".join(f", {overrides!r}" for _ in overrides[:1])
    return f"cifar_pipe.run({path!r}{given})"
