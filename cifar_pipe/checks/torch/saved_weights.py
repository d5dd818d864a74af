"""What a stage above saves fits the network that it is loaded into."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.torch.analysis.shapes import on_meta
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import RunError
from cifar_pipe.model.weights import compare
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.save.spec import Save

CODES = ("weights",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        giver = context.pipeline.find(use.stage.inputs.get("files"))
        if (
            giver is None
            or not isinstance(giver.spec, Save)
            or not isinstance(use.stage.spec, Load)
        ):
            continue
        saved, network = context.networks.get(giver.inputs.get("model", "")), use.network
        if use.stage.spec.file is not None or saved is None or saved.stage is network.stage:
            continue
        try:
            weights, wanted = on_meta(saved).state_dict(), on_meta(network).state_dict()
            compare(Path(giver.spec.path), weights, wanted)
        except RunError as error:
            builder = saved.stage.id
            problem = Problem(
                error.message,
                code="weights",
                help=f"load it into {builder}: from: {{model: {builder}}}",
                related=(
                    (giver.locate("path"), f"the network of {builder} is saved here"),
                    (network.stage.id_span, "the network that it is loaded into"),
                ),
            )
            context.report(problem, use.stage)
