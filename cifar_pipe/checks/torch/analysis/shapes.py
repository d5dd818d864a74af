"""Follows images through the layers of each network."""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import missing_package
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import ShapedNetwork, Shapes
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.model.planning.planned import LayerRow
from cifar_pipe.model.planning.shapes import check as check_shapes
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.build_model.spec import BuildModel


def follow_shapes(context: CheckContext) -> Shapes:
    """The networks of a pipeline that fit, and what is wrong with the others.

    Stages that are excluded are not looked at.
    """
    networks: dict[str, ShapedNetwork] = {}
    problems: list[tuple[Stage, Problem]] = []
    unknown: list[Stage] = []
    wait = False
    for stage in context.pipeline.stages:
        network = networks.get(stage.inputs.get("model", ""))
        if isinstance(stage.spec, BuildModel):
            flow, written = context.flow(stage), stage.spec.input_shape
            images = flow.train.shape if flow else None
            shape = tuple(written) if written else images
            if stage.id in context.excluded or (shape is None and (not flow or flow.problems)):
                wait = True
            elif shape is None or missing_package(stage.spec.layers):
                unknown.append(stage)
            else:
                rows = _rows(stage.spec, shape)
                if isinstance(rows, Problem):
                    problems.append((stage, _different_order(stage.spec, shape, images) or rows))
                else:
                    network = ShapedNetwork(stage, stage.spec, shape, rows)
        if network is not None and "model" in stage.spec.GIVES and stage.id not in context.excluded:
            networks[stage.id] = network
    return Shapes(networks, problems, unknown, wait)


def _rows(spec: BuildModel, shape: tuple[int, ...]) -> list[LayerRow] | Problem:
    try:
        return check_shapes(spec.layers, shape, by_type=spec.initialize)
    except ProblemError as error:
        return error.problem


def _different_order(
    spec: BuildModel, shape: tuple[int, ...], images: tuple[int, ...] | None
) -> Problem | None:
    """An `input_shape` as [height, width, channels], where the data's own fits."""
    if not images or sorted(images) != sorted(shape) or isinstance(_rows(spec, images), Problem):
        return None
    data = f"the data has [channels, height, width] {list(images)}"
    message = f"input_shape is {list(shape)}, and {data}"
    return Problem(message, ("input_shape",), "shape", "leave input_shape out: it is the data's")
