"""Prints findings: as text for people, as JSON and SARIF for tools."""

from __future__ import annotations

from collections.abc import Sequence

import cifar_pipe
from cifar_pipe.cli.terminal import echo, echo_findings, echo_json, echo_not_known
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.diagnostics.render import to_json
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.errors import PipelineError, UnreadableFile, UsageError


def report_refusal(findings: Findings, *, shapes_wait: bool = False) -> PipelineError:
    """Reports why the pipeline is refused; the error ends the command with status 1."""
    report_findings(findings)
    if not findings:
        report_not_known(findings)
    return report_count(findings, shapes_wait=shapes_wait)


def report_findings(findings: Findings) -> None:
    """Errors and warnings, on stderr."""
    if found := findings.all_sorted():
        echo_findings(found)


def report_not_known(findings: Findings) -> None:
    echo_not_known(findings.not_known)


def report_count(findings: Findings, *, shapes_wait: bool) -> PipelineError:
    """Says how many findings there are, and whether there may be more; the error to end with."""
    error = PipelineError(findings.sorted())
    found = ", ".join([error.message, *_warnings(findings)])
    later = "; shapes that depend on that are checked when it is fixed" if shapes_wait else ""
    echo(f"{found}{later}", err=True)
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


def print_json(findings: Findings, unreadable: Sequence[UnreadableFile]) -> None:
    _print(to_json(_all(findings, unreadable), findings.not_known))


def print_sarif(findings: Findings, unreadable: Sequence[UnreadableFile], *, file: str) -> None:
    """`file` is the pipeline that overrides are about."""
    from cifar_pipe.diagnostics.sarif import to_sarif

    found = _all(findings, unreadable)
    _print(to_sarif(found, findings.not_known, version=cifar_pipe.__version__, file=file))


def joined(unreadable: Sequence[UnreadableFile]) -> UsageError:
    """One error of all files that cannot be read."""
    helps = tuple(line for error in unreadable for line in error.help)
    return UsageError("; ".join(error.message for error in unreadable), help=helps)


def _all(findings: Findings, unreadable: Sequence[UnreadableFile]) -> list[Finding]:
    """With one finding for each file that cannot be read, at its beginning."""
    refused = [
        Finding(
            "file",
            error.message,
            Span(Source.of(error.path, ""), 1, 1, 1),
            help="; ".join(error.help) or None,
        )
        for error in unreadable
    ]
    return [*refused, *findings.all_sorted()]


def _print(content: object) -> None:
    echo_json(content)
