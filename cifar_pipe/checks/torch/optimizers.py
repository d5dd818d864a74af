"""Optimizers work with the parameters of the network.

Those that are not surely made are made for real, over parameters on torch's meta device, so that whatever
PyTorch refuses is reported at validation.
"""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.sure import makes_optimizer
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.pipeline.roles import Trains, trained_patterns

CODES = ("optimizer",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if not isinstance(use.stage.spec, Trains):
            continue
        named = trained_patterns(use.stage.spec) is not None
        if use.network.has_parameters and not named and not use.network.takes_gradients:
            context.report(use.network.stage, _all_frozen(use))
            continue
        if makes_optimizer(use.stage.spec, use.network):
            continue
        from cifar_pipe.checks.torch.analysis.on_meta import optimizer_on_meta  # noqa: PLC0415

        try:
            optimizer_on_meta(use.stage.spec, use.network)
        except ProblemError as error:
            context.report(use.stage, error.problem)


def _all_frozen(use: NetworkUse) -> Problem:
    """At the last `trainable` that is written: the layers' `trainable` takes away each parameter."""
    layers = every_layer(use.network.layers)
    *_, freezing = (path for path, layer in layers if "trainable" in layer.common)
    what = "`trainable` freezes all of the network's parameters"
    message = f"{use.stage.id} has nothing to train: {what}"
    help_ = "leave trainable out of the last layer, or name what it trains"
    return Problem(message, (*freezing, "trainable"), "optimizer", help_)
