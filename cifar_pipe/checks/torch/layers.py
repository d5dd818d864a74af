"""Layers that do not fit the images that they are given, or that cannot be as they are written."""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import missing_package
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.torch.analysis.shapes import follow_shapes
from cifar_pipe.stages.build_model.spec import BuildModel

CODES = ("shape", "argument", "value", "layer-id", "input", "too-large")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    """Follows the shapes, for the rules below it too."""
    context.shapes = follow_shapes(context)
    for stage, problem in context.shapes.problems:
        context.report(stage, problem)
    for stage in context.shapes.unknown:
        data = stage.inputs.get("data", "the data")
        needs = f"--data, a Resize to a [height, width] in {data}, or input_shape: in {stage.id}"
        if isinstance(stage.spec, BuildModel) and (package := missing_package(stage.spec.layers)):
            needs = f"{package.name}, which is not installed: {package.install}"
        context.not_known(f"the layers of {stage.id}", needs, stage)
