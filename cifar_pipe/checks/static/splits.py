"""What takes the validation split, or watches it, needs one."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.facts import callback_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import HasCallbacks, Monitors, TakesSplit

CODES = ("data", "monitor")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        flow = context.flow(stage)
        if flow is None or flow.spec.validation_split is not None or flow.dataset_facts.val:
            continue
        for problem in _without_validation(stage, flow):
            if flow.dataset_facts.val is None:
                # The folder may have a val/ of its own.
                what = f"whether {flow.stage.id} has a validation split"
                context.not_known(what, "--data", stage, *problem.path)
            else:
                context.report(stage, problem)


def _without_validation(stage: Stage, flow: Flow) -> Iterator[Problem]:
    spec = stage.spec
    help_ = f"declare validation_split: 0.1 in {flow.stage.id}"
    if isinstance(spec, TakesSplit) and spec.split == "val":
        yield Problem("there is no validation split", ("split",), "data", help_)
    for index, callback in enumerate(spec.callbacks if isinstance(spec, HasCallbacks) else ()):
        split = callback_facts(callback).split
        if split and callback.get(split) == "val":
            path = ("callbacks", index, split)
            yield Problem("there is no validation split", path, "data", help_)
    if isinstance(spec, Monitors) and spec.monitor is not None:
        message = f"{spec.monitor} is never measured: there is no validation split"
        yield Problem(message, ("monitor",), "monitor", help_)
