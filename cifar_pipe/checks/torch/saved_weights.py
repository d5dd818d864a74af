"""What a stage above saves fits the network that it is loaded into."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import RunError
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.save.spec import Save

CODES = ("weights",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        spec, network = use.stage.spec, use.network
        save = context.pipeline.find(use.stage.inputs.get("files"))
        if save is None or not isinstance(save.spec, Save):
            continue
        saved = context.networks.get(save.inputs.get("model", ""))
        if not isinstance(spec, Load) or spec.file is not None or saved in (None, network):
            continue
        from cifar_pipe.checks.torch.analysis.on_meta import on_meta  # noqa: PLC0415 (torch)
        from cifar_pipe.model.weights.loading import check_states  # noqa: PLC0415 (torch)

        try:
            state = on_meta(saved).state_dict()
            check_states(Path(save.spec.path), state, on_meta(network))
        except RunError as error:
            builder = saved.stage.id
            help_ = f"load it into {builder}: from: {{model: {builder}}}"
            related = (
                (save.locate("path"), f"the network of {builder} is saved here"),
                (network.stage.id_span, "the network that it is loaded into"),
            )
            problem = Problem(error.message, code="weights", help=help_, related=related)
            context.report(use.stage, problem)
