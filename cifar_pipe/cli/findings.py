"""Prints findings: as text for people, as JSON for tools."""

from __future__ import annotations

import json

import typer

from cifar_pipe.cli.terminal import stderr_colour
from cifar_pipe.errors import PipelineError
from cifar_pipe.language.findings import Findings
from cifar_pipe.language.render import not_known_to_text, to_json, to_text


def refuse(findings: Findings) -> PipelineError:
    """Tells the findings on stderr; the error ends the command with status 1."""
    found = findings.sorted()
    if found:
        typer.echo(to_text(found, colour=stderr_colour()), err=True)
    else:
        tell_not_known(findings)
    return count(findings)


def count(findings: Findings) -> PipelineError:
    """Says how many findings there are, and whether there may be more; the error to end with."""
    error = PipelineError(findings.sorted())
    later = "; shapes are checked when nothing else is found" if findings.shapes_wait else ""
    typer.echo(error.message + later, err=True)
    return error


def tell_not_known(findings: Findings) -> None:
    for one in findings.not_known:
        typer.echo(not_known_to_text([one]), err=True)


def print_json(findings: Findings) -> None:
    typer.echo(json.dumps(to_json(findings.sorted()), indent=2, ensure_ascii=False))
