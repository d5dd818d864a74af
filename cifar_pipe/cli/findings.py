"""Prints findings: as text for people, as JSON for tools."""

from __future__ import annotations

import json

import typer

from cifar_pipe.cli.terminal import stderr_colour
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import not_known_to_text, to_json, to_text
from cifar_pipe.errors import PipelineError


def report_refusal(findings: Findings, *, shapes_wait: bool = False) -> PipelineError:
    """Reports why the pipeline is refused; the error ends the command with status 1."""
    report_findings(findings)
    if not findings:
        report_not_known(findings)
    return report_count(findings, shapes_wait=shapes_wait)


def report_findings(findings: Findings) -> None:
    """Errors and warnings, on stderr."""
    if found := findings.all_sorted():
        typer.echo(to_text(found, colour=stderr_colour()), err=True)


def report_not_known(findings: Findings) -> None:
    for one in findings.not_known:
        typer.echo(not_known_to_text([one], colour=stderr_colour()), err=True)


def report_count(findings: Findings, *, shapes_wait: bool) -> PipelineError:
    """Says how many findings there are, and whether there may be more; the error to end with."""
    error = PipelineError(findings.sorted())
    found = ", ".join([error.message, *_warnings(findings)])
    later = "; shapes that depend on that are checked when it is fixed" if shapes_wait else ""
    typer.echo(f"{found}{later}", err=True)
    return error


def verdict(findings: Findings) -> str:
    """On a pipeline without errors: `ok, 1 warning`."""
    unknown = len(findings.not_known)
    found = f"nothing found, {unknown} not known" if unknown else "ok"
    return ", ".join([found, *_warnings(findings)])


def _warnings(findings: Findings) -> list[str]:
    """How many there are, if any."""
    count = len(findings.warnings)
    return [f"{count} warning{'s' if count > 1 else ''}"] if count else []


def print_json(findings: Findings) -> None:
    typer.echo(json.dumps(to_json(findings.all_sorted()), indent=2, ensure_ascii=False))
