"""cifar-pipe runs: what was run."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cifar_pipe.cli.completion import files

if TYPE_CHECKING:
    from cifar_pipe.runner.upkeep.listing import FoundRun


class Sort(StrEnum):
    time = "time"
    metric = "metric"
    seconds = "seconds"
    size = "size"
    name = "name"


class Format(StrEnum):
    text = "text"
    json = "json"


_HEAD = ("run", "status", "age", "took", "size", "result")


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            help="Only runs of this name, or of names like it: 'cifar10*'.",
            autocompletion=files.runs,
        ),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="Only runs with this status: done, failed, interrupted, killed, running."
        ),
    ] = None,
    sort: Annotated[
        Sort, typer.Option(help="What comes first: the newest, the best …")
    ] = Sort.time,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.text,  # noqa: A002
) -> None:
    """Lists the runs below runs/, the newest first."""
    import shlex

    from cifar_pipe.cli.terminal import echo, echo_text
    from cifar_pipe.report.formatting import aligned, plural
    from cifar_pipe.runner.upkeep.listing import OF_WHY, chosen, find_runs

    found = chosen(find_runs(), name=name, status=status or (), sort=sort.value)
    if format is Format.json:
        plain = [_plain(one) for one in found]
        echo_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
        return
    if not found:
        echo(
            "there are no such runs below runs/"
            if name or status
            else "there are no runs below runs/"
        )
        return
    between = [one for one in found if name is None and one.name.endswith(OF_WHY)]
    listed = [one for one in found if one not in between]
    head, *rows = aligned([_HEAD, *map(_row, listed)])
    echo(head)
    for run, row in zip(listed, rows, strict=True):
        echo(row, *([f"  -S {' -S '.join(map(shlex.quote, run.changes))}"] if run.changes else []))
    if between:
        echo(f"and {plural(len(between), 'run')} of cifar-pipe why: cifar-pipe runs '*{OF_WHY}'")


def _row(run: FoundRun) -> tuple[str, ...]:
    from cifar_pipe.report.formatting import size_in_words
    from cifar_pipe.runner.upkeep.listing import age

    took = "" if run.seconds is None else f"{run.seconds:.1f} s"
    result = ""
    if run.metric is not None:
        stage, metric, value = run.metric
        shown = f"{100 * value:.1f} %" if metric == "accuracy" else f"{metric} {value:.4g}"
        result = shown if stage == "evaluate" else f"{shown} ({stage})"
    path = run.path.as_posix().removeprefix("runs/")
    return path, run.status, age(run.time), took, size_in_words(run.size), result


def _plain(run: FoundRun) -> dict[str, object]:
    stage, metric, value = run.metric or (None, None, None)
    return {
        "path": run.path.as_posix(),
        "name": run.name,
        "status": run.status,
        "changes": run.changes,
        "started": run.state.get("started"),
        "seconds": run.seconds,
        "bytes": run.size,
        "stage": stage,
        "metric": metric,
        "value": value,
    }
