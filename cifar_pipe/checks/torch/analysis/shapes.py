"""Follows images through the layers of each network, on torch's meta device."""

from __future__ import annotations

from functools import lru_cache

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import ShapedNetwork, Shapes
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.model.network import Network, build_on_meta
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
            shape = _input_shape(context, stage, stage.spec)
            flow = context.flow(stage)
            if stage.id in context.excluded or (shape is None and (not flow or flow.problems)):
                wait = True
            elif shape is None:
                unknown.append(stage)
            else:
                found = _shaped(context, stage, stage.spec, shape)
                if isinstance(found, Problem):
                    problems.append((stage, found))
                else:
                    network = found
        if network is not None and "model" in stage.spec.GIVES and stage.id not in context.excluded:
            networks[stage.id] = network
    return Shapes(networks, problems, unknown, wait)


def _input_shape(context: CheckContext, stage: Stage, spec: BuildModel) -> tuple[int, ...] | None:
    flow = context.flow(stage)
    return tuple(spec.input_shape) if spec.input_shape else flow.train.shape if flow else None


def _shaped(
    context: CheckContext, stage: Stage, spec: BuildModel, shape: tuple[int, ...]
) -> ShapedNetwork | Problem:
    try:
        rows = check_shapes(spec.layers, shape, by_type=spec.initialize)
    except ProblemError as error:
        flow = context.flow(stage)
        images = flow.train.shape if flow else None
        if images and sorted(images) == sorted(shape) and _fits(spec, images):
            return Problem(
                f"input_shape is {list(shape)}, and the data has [channels, height, width] "
                f"{list(images)}",
                ("input_shape",),
                "shape",
                "leave input_shape out: it is the data's",
            )
        return error.problem
    return ShapedNetwork(stage, spec, shape, rows)


def _fits(spec: BuildModel, shape: tuple[int, ...]) -> bool:
    try:
        check_shapes(spec.layers, shape, by_type=spec.initialize)
    except ProblemError:
        return False
    return True


def takes(network: ShapedNetwork, image: tuple[int, ...]) -> bool:
    """Whether the network as it is built takes images of another shape as well."""
    try:
        rows = check_shapes(network.layers, image)
    except ProblemError:
        return False
    return [row.parameters for row in rows] == [row.parameters for row in network.rows]


@lru_cache(maxsize=4)
def on_meta(network: ShapedNetwork) -> Network:
    """The network itself, its tensors without numbers; not to be changed."""
    return build_on_meta(network.layers, network.input_shape)
