"""cifar-pipe validate: all findings of one or more pipelines."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cifar_pipe.cli.completion.files import pipeline_files
from cifar_pipe.cli.options import Memory, Overrides, memory_limit
from cifar_pipe.cli.terminal import echo

if TYPE_CHECKING:
    from cifar_pipe.checks.data_flow import FactsOf
    from cifar_pipe.diagnostics.findings import Findings


class Format(enum.StrEnum):
    text = "text"
    json = "json"
    sarif = "sarif"


def command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Pipeline files, `-` for standard input; if none are given, all those below pipelines/.",
            autocompletion=pipeline_files,
        ),
    ] = None,
    overrides: Overrides = None,
    data: Annotated[
        bool, typer.Option("--data", help="Read the data on disk and check it as well.")
    ] = False,
    no_shapes: Annotated[
        bool,
        typer.Option(
            "--no-shapes", help="Skip the checks of shapes, for which torch may be needed."
        ),
    ] = False,
    memory: Memory = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on warnings too (exit status 1).")
    ] = False,
    format: Annotated[  # noqa: A002
        Format, typer.Option(help="Text for people, JSON for tools, or SARIF for code hosts.")
    ] = Format.text,
) -> None:
    """Reports everything that would keep a pipeline from running, before any data is touched."""
    from cifar_pipe.checks.check import check
    from cifar_pipe.checks.context import CheckOptions
    from cifar_pipe.checks.data_flow import declared
    from cifar_pipe.cli import findings as reports
    from cifar_pipe.diagnostics.findings import Findings
    from cifar_pipe.errors import PipelineError, UnreadableFile

    options = CheckOptions(
        shapes=not no_shapes,
        read_weights=data,
        memory_limit=memory_limit(memory),
    )
    findings = Findings()
    shapes_wait = False
    unreadable: list[UnreadableFile] = []
    paths = list(dict.fromkeys(files or _below_pipelines()))
    for path in paths:
        own = Findings()
        remarks: dict[str, Sequence[str]] = {}
        facts_of = _probed_into(own, remarks) if data else declared
        try:
            checked = check(path, overrides or [], own, facts_of=facts_of, options=options)
        except UnreadableFile as error:
            # What is found in the other files is reported first.
            unreadable.append(error)
            continue
        shapes_wait |= checked is not None and checked.shapes_wait
        if data:
            _settle(own)
        if not own and format is Format.text:
            shown = checked.pipeline.path if checked else path
            echo(f"{shown}: {reports.verdict(own)}")
        if memory and format is Format.text and checked is not None and checked.networks:
            from cifar_pipe.cli.tables import memory_lines

            echo(*memory_lines(checked.context))
        if format is Format.text:
            for stage, lines in remarks.items():
                echo(f"{stage}:", *lines)
        findings.extend(own)
    match format:
        case Format.text:
            reports.report_findings(findings)
            reports.report_not_known(findings)
        case Format.json:
            reports.print_json(findings, unreadable)
        case Format.sarif:
            reports.print_sarif(findings, unreadable, file=str(paths[0]))
    if unreadable:
        raise reports.joined(unreadable)
    if findings or (strict and findings.warnings):
        if format is not Format.text:
            raise PipelineError(findings.sorted())
        raise reports.report_count(findings, shapes_wait=shapes_wait)


def _probed_into(findings: Findings, remarks: dict[str, Sequence[str]]) -> FactsOf:
    from cifar_pipe.cli.terminal import TerminalEvents
    from cifar_pipe.runner.prepare import probed_into

    return probed_into(findings, TerminalEvents(), remarks)


def _settle(findings: Findings) -> None:
    from cifar_pipe.runner.prepare import report_never_known

    report_never_known(findings)
    if findings:
        # What is not known may only follow from what was found there.
        findings.not_known.clear()


def _below_pipelines() -> list[Path]:
    from cifar_pipe.errors import UsageError

    found = sorted(p for p in Path("pipelines").rglob("*") if p.suffix in (".yaml", ".yml"))
    if not found:
        message = "no file was named and there are none below pipelines/"
        raise UsageError(message, help="cifar-pipe validate FILE")
    return found
