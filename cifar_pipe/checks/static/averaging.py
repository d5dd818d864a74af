"""An average of the weights begins within the training, and goes with its other settings."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import averaging_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import Averages, RestoresBest, Trains

CODES = ("unreached", "no-effect")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        spec = stage.spec
        if not isinstance(spec, Averages) or spec.averaging is None:
            continue
        if isinstance(spec, Trains):
            context.report(stage, *_one_rate_for_all(spec.averaging, spec.optimizer))
        starts = averaging_facts(spec.averaging).starts
        if starts is None:
            continue
        if isinstance(spec, Trains):
            flow = context.flow(stage)
            length = flow.length(spec) if flow else None
            epochs = length.epochs if length else spec.epochs
            context.report(stage, *_too_late(spec.averaging, starts, epochs))
        if isinstance(spec, RestoresBest) and spec.restore_best:
            name = spec.averaging.name
            message = f"restore_best takes the weights of one epoch instead of those of {name}"
            help_ = "leave restore_best out, or take {type: EMA}, which is measured each epoch"
            context.report(stage, Problem(message, ("restore_best",), "no-effect", help_))


def _one_rate_for_all(averaging: Component, optimizer: Component) -> Iterator[Problem]:
    """SWALR brings every group to the one learning rate."""
    groups = optimizer.common.get("groups") or ()
    rates = "layer_decay" if optimizer.common.get("layer_decay") else "the lr of a group"
    if averaging.given.get("lr") is None:
        return
    if optimizer.common.get("layer_decay") or any("lr" in one.settings for one in groups):
        message = f"{averaging.name} with an lr brings all parameters to it, and {rates} is lost"
        yield Problem(message, ("averaging", "lr"), "no-effect", "leave lr out")


def _too_late(averaging: Component, starts: str, epochs: int | None) -> Iterator[Problem]:
    first = averaging.get(starts)
    if epochs is not None and first > epochs:
        begins = f"{averaging.name} begins with epoch {first}"
        message = f"{begins}, and the training has {epochs} epoch{'s' if epochs > 1 else ''}"
        help_ = f"lower {starts}: about three quarters of the epochs are usual"
        yield Problem(message, ("averaging", starts), "unreached", help_)
