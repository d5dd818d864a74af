"""The pipeline of a run, as its directory has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import RunError
from cifar_pipe.pipeline.assembly import assemble
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.stages.load_data.spec import LoadData


def run_pipeline(run: Path) -> Pipeline:
    """Raises RunError where it is not one."""
    findings, path = Findings(), run / "resolved.yaml"
    assembly = assemble(path, [], findings)
    pipeline = assembly.pipeline({}) if assembly else None
    if pipeline is None or findings.errors or pipeline.waits:
        first = findings.sorted()[0].message if findings.errors else "it refers to its data"
        raise RunError(f"{path} is not a pipeline that this version can read: {first}")
    return pipeline


def upwards(pipeline: Pipeline, stage: Stage) -> Iterator[Stage]:
    """The stage, and those whose network it takes, nearest first."""
    yield stage
    while "model" in stage.inputs:
        stage = pipeline.stage(stage.inputs["model"])
        yield stage


def data_stage_of(pipeline: Pipeline, giver: Stage) -> Stage:
    """Where the images came from that its network was trained on, or else those that it was given.

    Raises RunError where the pipeline loads none.
    """
    ids = [one.inputs["data"] for one in upwards(pipeline, giver) if "data" in one.inputs]
    ids += [
        one.inputs["data"]
        for one in pipeline.stages
        if one.inputs.get("model") == giver.id and "data" in one.inputs
    ]
    ids += [one.id for one in pipeline.stages if isinstance(one.spec, LoadData)]
    if not ids:
        raise RunError(
            "the pipeline of this run loads no data: how images become inputs is not known"
        )
    return pipeline.stage(ids[0])
