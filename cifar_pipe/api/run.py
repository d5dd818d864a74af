"""`cifar_pipe.run`: checks a pipeline and runs it, as `cifar-pipe run`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack, overload

from cifar_pipe.api.given import Overrides, Pipeline, overrides_of, source_of
from cifar_pipe.api.result import Result
from cifar_pipe.api.series import Series, by_stage, checked_seeds
from cifar_pipe.api.words import events_of, with_details
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import to_text
from cifar_pipe.errors import PipelineError, UsageError
from cifar_pipe.events import Events

if TYPE_CHECKING:
    from cifar_pipe.pipeline.assembly import PipelineText
    from cifar_pipe.runner.many import Series as Members
    from cifar_pipe.runner.prepare import Prepared
    from cifar_pipe.runner.run import RunOptions


class Options(TypedDict, total=False):
    """Of the command `cifar-pipe run`, and where its words go."""

    run_dir: str | os.PathLike[str] | None
    from_: str | None
    until: str | None
    only: str | None
    force: str | bool
    fresh: bool
    keep_older: bool
    hash_data: bool
    no_stand_in: bool
    events: Events | None
    verbose: bool


@overload
def run(
    pipeline: Pipeline,
    overrides: Overrides = (),
    *,
    seeds: None = None,
    folds: None = None,
    **options: Unpack[Options],
) -> Result: ...
@overload
def run(
    pipeline: Pipeline,
    overrides: Overrides = (),
    *,
    seeds: Iterable[int],
    folds: None = None,
    **options: Unpack[Options],
) -> Series: ...
@overload
def run(
    pipeline: Pipeline,
    overrides: Overrides = (),
    *,
    seeds: None = None,
    folds: int,
    **options: Unpack[Options],
) -> Series: ...
def run(
    pipeline: Pipeline,
    overrides: Overrides = (),
    *,
    seeds: Iterable[int] | None = None,
    folds: int | None = None,
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
) -> Result | Series:
    """Runs what has changed of the pipeline, and resumes a run of it that was stopped.

    `pipeline` and `overrides` are as for `check`; the other arguments are the options of the command
    `cifar-pipe run`: `force=True` runs all stages anew, `force="train"` one of them. Nothing is
    printed unless it is `verbose`; `events` gets what would be. Warnings are PipelineWarnings.

    With `seeds`, such as `range(5)`, the pipeline runs once with each of them; with `folds=5` the
    training images are divided into five parts, and each is once held out for testing. Both give a
    Series: the results of all runs, the mean and the spread of what they measured, and their page.

    Raises PipelineError where the pipeline has findings, UsageError for arguments that do not fit,
    RunError where the run fails for a reason that is reported, and Interrupted after Ctrl-C: the
    same call then resumes the run. A second Ctrl-C is a KeyboardInterrupt.
    """
    from cifar_pipe.runner.planning.selection import ALL, Selection  # noqa: PLC0415 (torch)
    from cifar_pipe.runner.run import RunOptions  # noqa: PLC0415
    from cifar_pipe.runner.run import run as run_pipeline  # noqa: PLC0415
    from cifar_pipe.runner.rundir import STORE  # noqa: PLC0415

    listener, findings = events_of(events, verbose=verbose), Findings()
    anew = ALL if force is True else force or None
    with with_details():
        written = overrides_of(overrides)
        several = _several(written, seeds, folds)
        found = _prepared(source_of(pipeline), written, several, findings)
        if found is None:
            raise PipelineError(findings.sorted(), text=_refusal(findings))
        for one in findings.warnings:
            listener.warn("; ".join(filter(None, [str(one), one.help])))
        prepared, members = found
        options = RunOptions(
            listener,
            Path(run_dir) if run_dir is not None else None,
            stand_in_allowed=not no_stand_in,
            store=STORE,
            fresh=fresh,
            selection=Selection(from_, until, only, anew),
            keep_older=keep_older,
            hash_data=hash_data,
            command=_call(str(prepared.pipeline.path), written, several),
            ends_process=False,
        )
        if members is not None:
            return _series(members, options)
        outcome = run_pipeline(prepared, options)
    return Result(outcome.run_dir)


def _several(
    overrides: list[str], seeds: Iterable[int] | None, folds: int | None
) -> list[int] | int | None:
    """The seeds, or how many folds. Raises UsageError."""
    from cifar_pipe.compose.overrides import sets_key  # noqa: PLC0415 (yaml)

    if folds is not None and type(folds) is not int:
        raise UsageError(f"folds are a number of parts, not {folds!r}", help="folds=5")
    if seeds is None:
        return folds
    if folds is not None:
        message = "seeds and folds are two ways to run a pipeline several times"
        raise UsageError(message, help="keep one of them; the override seed draws other folds")
    if sets_key("seed", overrides):
        message = "seeds sets the seed, and so does an override"
        raise UsageError(message, help="keep one of them")
    return checked_seeds(seeds)


def _prepared(
    source: Path | PipelineText,
    overrides: list[str],
    several: list[int] | int | None,
    findings: Findings,
) -> tuple[Prepared, Members | None] | None:
    """What runs, or the first of several with all of them; None with findings."""
    from cifar_pipe.runner.many import over_folds, over_seeds  # noqa: PLC0415 (torch)
    from cifar_pipe.runner.prepare import prepare  # noqa: PLC0415

    if isinstance(several, int):
        members = over_folds(source, overrides, several, findings)
        return None if members is None else (next(iter(members.members.values())), members)
    prepared = prepare(source, overrides, findings)
    if prepared is None:
        return None
    return prepared, over_seeds(prepared, several) if several else None


def _series(members: Members, options: RunOptions) -> Series:
    from cifar_pipe.cli.comparison.series import report_series  # noqa: PLC0415
    from cifar_pipe.runner.many import run_series  # noqa: PLC0415

    outcome = run_series(members, options)
    page = report_series(outcome, options.events)
    return Series(
        members.over,
        {number: Result(run_dir) for number, run_dir in outcome.runs.items()},
        by_stage(outcome.spreads),
        next((one for one in outcome.spreads if one.name == "seconds"), None),
        page,
    )


def _refusal(findings: Findings) -> str:
    from cifar_pipe.diagnostics.render import not_known_to_text  # noqa: PLC0415

    errors = findings.sorted()
    return (to_text(errors) if errors else not_known_to_text(findings.not_known)).rstrip()


def _call(path: str, overrides: list[str], several: list[int] | int | None) -> str:
    given = "".join(f", {overrides!r}" for _ in overrides[:1])
    match several:
        case int():
            given += f", folds={several}"
        case [first, *_] if several == [*range(first, first + len(several))]:
            given += f", seeds=range({first}, {first + len(several)})"
        case list():
            given += f", seeds={several}"
    return f"cifar_pipe.run({path!r}{given})"
