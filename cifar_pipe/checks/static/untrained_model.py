"""Networks that are measured or shown above their training."""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import TakesSplit
from cifar_pipe.stages.build_model.spec import BuildModel

CODES = ("untrained",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    stages = context.pipeline.stages
    for index, stage in enumerate(stages):
        built = context.pipeline.find(stage.inputs.get("model"))
        if not isinstance(stage.spec, TakesSplit) or built is None or not _is_random(built):
            continue
        below = stages[index + 1 :]
        trainings = (one for one in below if "history" in one.spec.GIVES)
        training = next((one for one in trainings if one.inputs.get("model") == built.id), None)
        # The same once more below, of the trained network: to compare the two.
        again = any(one.type is stage.type and one.inputs.get("model") != built.id for one in below)
        if training and not again:
            message = f"{stage.id} takes the network as {built.id} built it: {training.id} trains it below"
            help_ = f"move {stage.id} below {training.id}"
            related = ((training.id_span, f"{training.id} is below"),)
            context.report(stage, Problem(message, (), "untrained", help_, related=related))


def _is_random(built: Stage) -> bool:
    """Whether the stage builds a network, and none of its layers has trained weights."""
    return isinstance(built.spec, BuildModel) and not any(
        layer.given.get("weights") or layer.given.get("weights_file")
        for _, layer in every_layer(built.spec.layers)
    )
