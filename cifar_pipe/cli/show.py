"""cifar-pipe show: the pipeline after composition, its wiring and its layers."""

from __future__ import annotations

from typing import Annotated

import typer

from cifar_pipe.cli.options import File, Memory, Overrides, memory_limit
from cifar_pipe.cli.terminal import columns, echo, echo_text


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
    memory: Memory = None,
    data: Annotated[
        bool,
        typer.Option(
            "--data",
            help="Read what the checks need to know from the data on disk, even where the network "
            "can be shown without.",
        ),
    ] = False,
    forecast: Annotated[
        bool,
        typer.Option(
            "--forecast/--no-forecast",
            help="Try a second of what takes long on this machine, and show how long the stages will take.",
        ),
    ] = True,
) -> None:
    """Shows a pipeline: its stages, what each takes from others, and its layers."""
    from cifar_pipe.checks.check import PipelineCheck, check, typed
    from cifar_pipe.checks.context import CheckOptions
    from cifar_pipe.checks.data_flow import FactsOf, declared
    from cifar_pipe.cli.findings import report_not_known, report_refusal
    from cifar_pipe.cli.tables import (
        class_lines,
        forecast_lines,
        layer_lines,
        memory_lines,
        runtime_lines,
        stage_lines,
    )
    from cifar_pipe.compose.origin_comments import with_origins
    from cifar_pipe.diagnostics.findings import Findings
    from cifar_pipe.diagnostics.terminal_width import wrapped
    from cifar_pipe.runner.prepare import probed_into, resolved_text

    findings = Findings()
    if resolved:
        composed = None
        with findings.limited():
            composed = typed(file, overrides or [], findings)
        if composed is not None and composed.waits and not findings:
            findings = Findings()
            composed = typed(file, overrides or [], findings, facts_of=probed_into(findings))
        if composed is None or composed.waits or findings:
            raise report_refusal(findings)
        echo_text(with_origins(resolved_text(composed), composed.root))
        return
    options = CheckOptions(memory_limit=memory_limit(memory))

    def checked_with(facts_of: FactsOf) -> PipelineCheck | None:
        return check(file, overrides or [], findings, facts_of=facts_of, options=options)

    checked = checked_with(probed_into(findings) if data else declared)
    if checked is not None and checked.pipeline.waits and not findings and not data:
        findings = Findings()
        checked = checked_with(probed_into(findings))
    if checked is None or not checked.passed:
        raise report_refusal(findings, shapes_wait=checked is not None and checked.shapes_wait)
    pipeline, networks = checked.pipeline, checked.networks
    title = f"{pipeline.name}: {pipeline.document.description or ''}".rstrip(": ")
    # A description may have several lines.
    width = columns()
    first = [line for one in title.split("\n") for line in wrapped(one, width)]
    parts = [[*first, *runtime_lines(pipeline)], stage_lines(pipeline, columns=width)]
    renamed = class_lines(checked.context.flows.values())
    parts.append([line for one in renamed for line in wrapped(one, width, "  ")])
    parts += [
        layer_lines(one, columns=width) for stage, one in networks.items() if stage == one.stage.id
    ]
    if networks:
        parts.append(memory_lines(checked.context))
    if forecast:
        parts.append(forecast_lines(checked.context, columns=width))
    echo(*[line for lines in parts if lines for line in ("", *lines)][1:])
    report_not_known(findings)
