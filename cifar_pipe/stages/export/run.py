"""export: writes the network with its preprocessing, classes, card and golden images."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.goldens import golden_images
from cifar_pipe.export.origin import origin_of
from cifar_pipe.export.write import write_model
from cifar_pipe.inference.run_pipeline import run_pipeline
from cifar_pipe.stages.export.spec import Export, format_of
from cifar_pipe.stages.run_file import place
from cifar_pipe.training.targets import check_outputs


def run(spec: Export, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data, network = inputs["data"], inputs["model"]
    check_outputs(network, data)
    path, format_ = place(context.run_dir, spec.path), format_of(spec.path)
    assert format_ is not None
    pipeline = run_pipeline(context.run_dir)
    own = pipeline.stage(context.stage)
    giver, source = (pipeline.stage(own.inputs[one]) for one in ("model", "data"))
    artifact = Artifact(
        copy.deepcopy(network).cpu(),
        data.settings,
        data.classes,
        golden_images(data, data.settings, context),
        origin_of(context.run_dir, pipeline, giver, source, data.info),
    )
    verdict = write_model(path, format_, artifact)
    context.events.note(f"exported {path}: {verdict}")
    return {}
