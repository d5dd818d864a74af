"""cifar-pipe run: validates, then runs."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.completion.keys import stages
from cifar_pipe.cli.options import File, HashData, Overrides
from cifar_pipe.cli.progress.choice import AS_TEXT, Format, Quiet, Verbose, chosen_events


def command(
    file: File,
    overrides: Overrides = None,
    run_dir: Annotated[
        Path | None,
        typer.Option(help="The run directory; the default is runs/<name>/<time>-<key>."),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(
            metavar="A..B", help="Run with each seed from A to B, and report mean and spread."
        ),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            help="Divide the training images into K folds, and run with each of them held out for "
            "testing; report mean and spread.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ID",
            help="Run this stage anew, and all after it.",
            autocompletion=stages,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="ID", help="Stop after this stage.", autocompletion=stages),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="ID",
            help="Run this stage anew, and of the others what it needs.",
            autocompletion=stages,
        ),
    ] = None,
    force: Annotated[
        str | None,
        typer.Option(
            "--force",
            metavar="[ID]",
            help="Run this stage anew, or all without an ID.",
            autocompletion=stages,
        ),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Start over: resume no unfinished run and no training."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show which stages would run, and why; run none.")
    ] = False,
    keep_older: Annotated[
        bool,
        typer.Option(
            "--keep-older", help="Take results that an older version of a stage's code has made."
        ),
    ] = False,
    hash_data: HashData = False,
    profile: Annotated[
        bool,
        typer.Option(
            "--profile",
            help="Record where the time goes: on the page, and in trace.json, which https://ui.perfetto.dev opens.",
        ),
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_format: Format = AS_TEXT,
    no_stand_in: Annotated[
        bool, typer.Option("--no-stand-in", help="Fail instead of running on a dataset's stand-in.")
    ] = False,
) -> None:
    """Runs a pipeline stage by stage, after checking all of it.

    A stage whose result is kept from an earlier run, and that nothing has changed for, is not run
    again. The same command resumes a run that was stopped.
    """
    from cifar_pipe.cli.comparison.series import report_series
    from cifar_pipe.cli.findings import report_findings, report_refusal
    from cifar_pipe.cli.progress.ending import write_ending
    from cifar_pipe.cli.rundirs.report import page_of
    from cifar_pipe.cli.status import print_plan
    from cifar_pipe.diagnostics.findings import Findings
    from cifar_pipe.profiling import profiled, timed
    from cifar_pipe.runner.planning.selection import Selection
    from cifar_pipe.runner.prepare import prepare
    from cifar_pipe.runner.rundir import STORE

    chosen = _seeds(seeds, folds=folds, overrides=overrides or [], profile=profile)
    findings, series = Findings(), None
    events = chosen_events(quiet=quiet, verbose=verbose, log_format=log_format)
    with profiled() if profile else nullcontext() as recorded:
        if folds is not None:
            from cifar_pipe.runner.many import over_folds

            series = over_folds(file, overrides or [], folds, findings)
            prepared = next(iter(series.members.values())) if series else None
        else:
            with timed("check the pipeline"):
                prepared = prepare(file, overrides or [], findings)
        if prepared is None:
            raise report_refusal(findings)
        report_findings(findings)
        # With torch: what is refused without it is told a second earlier.
        from cifar_pipe.runner.many import over_seeds, run_series
        from cifar_pipe.runner.run import RunOptions, run

        if recorded is not None:
            from cifar_pipe.forecast import expected_seconds

            recorded.forecast = expected_seconds(prepared.checked)
        options = RunOptions(
            events,
            run_dir,
            stand_in_allowed=not no_stand_in,
            store=STORE,
            fresh=fresh,
            selection=Selection(start, until, only, force),
            keep_older=keep_older,
            hash_data=hash_data,
            profile=recorded,
            log=events.log,
        )
        if dry_run:
            print_plan(prepared.pipeline, options)
            return
        if chosen is not None:
            series = over_seeds(prepared, chosen)
        if series is not None:
            report_series(run_series(series, options), events)
            return
        outcome = run(prepared, options)
        if not quiet and log_format is AS_TEXT:
            write_ending(outcome.run_dir, page_of(outcome.run_dir), outcome.seconds)


def _seeds(
    seeds: str | None, *, folds: int | None, overrides: list[str], profile: bool
) -> range | None:
    """Raises UsageError for what does not go together."""
    from cifar_pipe.compose.overrides import sets_key
    from cifar_pipe.errors import UsageError
    from cifar_pipe.runner.seeds import parse_seeds

    chosen = parse_seeds(seeds) if seeds is not None else None
    if chosen is not None and sets_key("seed", overrides):
        raise UsageError("--seeds sets the seed, and so does -S seed", help="keep one of them")
    if profile and (chosen is not None or folds is not None):
        message = "--profile is of one run, and --seeds and --folds make several"
        raise UsageError(message, help="leave them out, or --profile")
    if chosen is not None and folds is not None:
        message = "--seeds and --folds are two ways to run a pipeline several times"
        raise UsageError(message, help="keep one of them; -S seed=N draws other folds")
    return chosen
