"""`initialize` of a whole network names types of layers that it has."""

from __future__ import annotations

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import did_you_mean

CODES = ("value",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage, spec in context.networks_built():
        types = dict.fromkeys(layer.name for _, layer in every_layer(spec.layers))
        for name in spec.initialize or {}:
            if name not in types:
                message = f"no layer of {stage.id} is a {name}"
                help_ = did_you_mean(name, types)
                context.report(stage, Problem(message, ("initialize", name), "value", help_))
                context.exclude(stage)
