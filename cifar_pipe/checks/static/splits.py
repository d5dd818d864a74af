"""What takes the validation split, or watches it, needs one."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import Monitors, TakesSplit

CODES = ("data", "monitor")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        flow, spec = context.flow(stage), stage.spec
        if flow is None or flow.spec.validation_split is not None:
            continue
        help_ = f"declare validation_split: 0.1 in {flow.stage.id}"
        if isinstance(spec, TakesSplit) and spec.split == "val":
            message = "there is no validation split"
            context.report(stage, Problem(message, ("split",), "data", help_))
        if isinstance(spec, Monitors) and spec.monitor is not None:
            message = f"{spec.monitor} is never measured: there is no validation split"
            context.report(stage, Problem(message, ("monitor",), "monitor", help_))
