"""cifar-pipe status: which stages would run, and why."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cifar_pipe.cli.options import File, HashData, Overrides

if TYPE_CHECKING:
    from cifar_pipe.pipeline.pipeline import Pipeline
    from cifar_pipe.runner.run import RunOptions


class Format(StrEnum):
    text = "text"
    json = "json"


def command(
    file: File,
    overrides: Overrides = None,
    hash_data: HashData = False,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.text,  # noqa: A002
) -> None:
    """Shows which stages of a pipeline would run, and why."""
    from cifar_pipe.cli.findings import report_findings, report_refusal
    from cifar_pipe.cli.terminal import TerminalEvents
    from cifar_pipe.diagnostics.findings import Findings
    from cifar_pipe.runner.prepare import prepare
    from cifar_pipe.runner.rundir import STORE

    findings = Findings()
    prepared = prepare(file, overrides or [], findings)
    if prepared is None:
        raise report_refusal(findings)
    report_findings(findings)
    # With torch: what is refused without it is told a second earlier.
    from cifar_pipe.runner.run import RunOptions

    options = RunOptions(TerminalEvents(), store=STORE, hash_data=hash_data)
    print_plan(prepared.pipeline, options, format)


def print_plan(
    pipeline: Pipeline,
    options: RunOptions,
    format: Format = Format.text,  # noqa: A002
) -> None:
    """As a table, or as a list of `{"stage", "type", "action", "reason"}`."""
    from cifar_pipe.cli.terminal import echo, echo_text
    from cifar_pipe.report.formatting import aligned
    from cifar_pipe.runner.planning.plan import plan
    from cifar_pipe.runner.run import judge_of

    options.selection.check(pipeline)
    verdicts = plan(judge_of(pipeline, options))
    types = {stage.id: stage.type.name for stage in pipeline.stages}
    if format is Format.json:
        rows = [
            {"stage": id_, "type": types[id_], "action": one.action, "reason": one.reason}
            for id_, one in verdicts.items()
        ]
        echo_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return
    table = [("stage", "would", "why")]
    table += [(id_, one.action, one.reason) for id_, one in verdicts.items()]
    echo(*aligned(table))
