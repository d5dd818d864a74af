"""Optimizers work with the parameters of the network.

They are made for real, over parameters on torch's meta device, so that whatever PyTorch refuses is
reported at validation.
"""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse, ShapedNetwork
from cifar_pipe.checks.torch.analysis.meta_optimizer import optimizer_on_meta
from cifar_pipe.checks.torch.analysis.shapes import on_meta
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.pipeline.roles import Trains

CODES = ("optimizer",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if not isinstance(use.stage.spec, Trains):
            continue
        if _all_frozen(use.network):
            _report_frozen(context, use)
            continue
        optimizer = use.stage.spec.optimizer
        try:
            optimizer_on_meta(optimizer, use.network)
        except ProblemError as error:
            context.report(error.problem.below("optimizer"), use.stage)


def _all_frozen(network: ShapedNetwork) -> bool:
    """Whether the network has parameters, and its layers' `trainable` takes each of them away."""
    parameters = list(on_meta(network).parameters())
    return bool(parameters) and not any(one.requires_grad for one in parameters)


def _report_frozen(context: CheckContext, use: NetworkUse) -> None:
    """At the last `trainable` that is written."""
    freezing = [
        path for path, layer in every_layer(use.network.layers) if "trainable" in layer.common
    ]
    context.report(
        Problem(
            f"{use.stage.id} has nothing to train: `trainable` freezes all of the network's "
            "parameters",
            (*freezing[-1], "trainable"),
            "optimizer",
            "leave trainable out of the last layer, or name what it trains: trainable: [fc]",
        ),
        use.network.stage,
    )
