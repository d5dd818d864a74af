"""Callbacks see what they look at, and have the time to do something."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.facts import callback_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import HasCallbacks, Monitors, Trains

CODES = ("data", "monitor", "unreached", "no-effect")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        spec = stage.spec
        if isinstance(spec, HasCallbacks):
            monitor = spec.monitor if isinstance(spec, Monitors) else None
            flow = context.flow(stage)
            length = flow.length(spec) if flow and isinstance(spec, Trains) else None
            epochs = length.epochs if length else None
            context.report(stage, *_problems(spec, monitor, epochs))
            if flow and flow.facts.target_shape is not None:
                context.report(stage, *_without_classes(spec))


def _without_classes(spec: HasCallbacks) -> Iterator[Problem]:
    for index, callback in enumerate(spec.callbacks):
        if callback_facts(callback).split:
            message = f"{callback.name} shows classes, and the targets of this data are numbers"
            yield Problem(message, ("callbacks", index), "data", f"leave this {callback.name} out")


def _problems(spec: HasCallbacks, monitor: str | None, epochs: int | None) -> Iterator[Problem]:
    for index, callback in enumerate(spec.callbacks):
        facts, path = callback_facts(callback), ("callbacks", index)
        if any(callback.name == one.name for one in spec.callbacks[:index]):
            yield Problem(f"{callback.name} appears twice", path, "no-effect", "leave one out")
        if facts.needs_monitor and monitor is None:
            message = f"{callback.name} looks at the value that is watched, and there is none"
            help_ = "write monitor: val_loss or monitor: val_accuracy beside callbacks"
            yield Problem(message, path, "monitor", help_)
        if facts.patience and epochs is not None and callback.get(facts.patience) >= epochs:
            patience = f"{callback.name} waits for {callback.get(facts.patience)} epochs"
            message = f"{patience}, and the training has {epochs}"
            help_ = f"lower {facts.patience}, or make the training longer"
            yield Problem(message, (*path, facts.patience), "unreached", help_)
