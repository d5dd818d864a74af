"""cifar-pipe show: the pipeline after composition, its wiring and its layers."""

from __future__ import annotations

from typing import Annotated

import typer

from cifar_pipe.cli.options import File, Overrides


def command(
    file: File,
    overrides: Overrides = None,
    resolved: Annotated[
        bool,
        typer.Option(
            "--resolved",
            help="Print the composed pipeline as YAML, and where each value comes from.",
        ),
    ] = False,
    data: Annotated[
        bool,
        typer.Option("--data", help="Read what the checks need to know from the data on disk."),
    ] = False,
) -> None:
    """Shows a pipeline: its stages, what each takes from others, and its layers."""
    from cifar_pipe.checks.check import check, typed
    from cifar_pipe.checks.data_flow import declared
    from cifar_pipe.cli.findings import refuse, report_not_known
    from cifar_pipe.compose.origin_comments import with_origins
    from cifar_pipe.diagnostics.findings import Findings
    from cifar_pipe.runner.prepare import probed_into, resolved_text

    findings = Findings()
    if resolved:
        pipeline = None
        with findings.limited():
            pipeline = typed(file, overrides or [], findings)
        if pipeline is None or pipeline.waits or findings:
            raise refuse(findings)
        typer.echo(with_origins(resolved_text(pipeline), pipeline.root), nl=False)
        return
    facts_of = probed_into(findings) if data else declared
    checked = check(file, overrides or [], findings, facts_of=facts_of)
    if checked is None or not checked.passed:
        raise refuse(findings, shapes_wait=checked is not None and checked.shapes_wait)
    from cifar_pipe.cli.tables import layer_lines, stage_lines

    typer.echo(
        f"{checked.pipeline.name}: {checked.pipeline.document.description or ''}".rstrip(": ")
    )
    typer.echo("\n".join(["", *stage_lines(checked.pipeline)]))
    for stage in checked.pipeline.stages:
        network = checked.networks.get(stage.id)
        if network is not None and network.stage.id == stage.id:
            typer.echo("\n".join(["", *layer_lines(network)]))
    if checked.networks:
        from cifar_pipe.cli.tables import memory_lines

        typer.echo("\n".join(["", *memory_lines(checked.uses())]))
    report_not_known(findings)
