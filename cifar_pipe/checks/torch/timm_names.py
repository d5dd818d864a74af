"""Networks that timm has no such name for, weights that it does not have, and timm itself missing.

Without timm they are not known, unless the pipeline is about to run.
"""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.layer_lists import every_layer, missing_package
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Path, Problem

CODES = ("unknown-component", "weights")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for stage, spec in context.networks_built():
        for path, layer in every_layer(spec.layers):
            facts = layer_facts(layer).network
            if facts is None or facts.needs is None:
                continue
            if missing_package([layer]):
                if context.options.read_weights:
                    network = f"{layer.get('name')} is a network of {facts.needs.name}"
                    message = f"{network}, which is not installed"
                    problem = Problem(message, path, "unknown-component", facts.needs.install)
                    context.report(stage, problem)
            elif wrong := _problem(layer, path):
                context.report(stage, wrong)
                context.exclude(stage)


def _problem(layer: Component, path: Path) -> Problem | None:
    from cifar_pipe.catalog.torch.timm_networks import tags_of, wrong_name  # noqa: PLC0415 (torch)

    name = layer.get("name")
    if wrong := wrong_name(name):
        message, help_ = wrong
        return Problem(message, (*path, "name"), "unknown-component", help_)
    if layer.get("weights") and not any(tags_of(name.partition(".")[0])):
        message = f"timm has no pretrained weights of {name}"
        return Problem(message, (*path, "weights"), "weights", "leave weights out")
    return None
