"""cifar-pipe validate: all findings of one or more pipelines."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.options import Overrides


class Format(enum.StrEnum):
    text = "text"
    json = "json"


def command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Pipeline files; without any, all below pipelines/.", show_default=False
        ),
    ] = None,
    overrides: Overrides = None,
    data: Annotated[bool, typer.Option("--data", help="Look at the data on disk as well.")] = False,
    format: Annotated[  # noqa: A002
        Format, typer.Option("--format", help="Text for people or JSON for tools.")
    ] = Format.text,
) -> None:
    """Tells all that stands against running a pipeline, before any data is touched."""
    from cifar_pipe.cli.findings import count, print_json, tell_not_known
    from cifar_pipe.cli.terminal import stderr_colour
    from cifar_pipe.errors import PipelineError
    from cifar_pipe.language.findings import Findings
    from cifar_pipe.language.render import to_text
    from cifar_pipe.pipeline.check import check
    from cifar_pipe.runner.prepare import probed_into

    paths = files or _below_pipelines()
    findings = Findings()
    for path in paths:
        own = Findings()
        check(path, overrides or [], own, facts_of=probed_into(own) if data else None)
        findings.found.extend(own.found)
        findings.shapes_wait |= own.shapes_wait
        if not own:
            findings.not_known.extend(own.not_known)
        if format is Format.text and not own:
            open_checks = len(own.not_known)
            typer.echo(
                f"{path}: {f'nothing found, {open_checks} not known' if open_checks else 'ok'}"
            )
    if format is Format.json:
        print_json(findings)
    else:
        if findings:
            typer.echo(to_text(findings.sorted(), colour=stderr_colour()), err=True)
        tell_not_known(findings)
    if findings:
        raise count(findings) if format is Format.text else PipelineError(findings.sorted())


def _below_pipelines() -> list[Path]:
    from cifar_pipe.errors import UsageError

    found = sorted(p for p in Path("pipelines").rglob("*") if p.suffix in (".yaml", ".yml"))
    if not found:
        raise UsageError(
            "no file was named and there are none below pipelines/",
            help="cifar-pipe validate FILE",
        )
    return found
