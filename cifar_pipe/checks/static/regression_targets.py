"""Targets that are numbers have no classes: nothing may ask for some."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Measures, Monitors, UsesLoss

CODES = ("classes",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        if flow.facts.target_shape is None:
            continue
        if flow.spec.classes is not None:
            problem = _problem("classes are named", ("classes",), "leave classes out")
            context.report(flow.stage, problem)
        for stage in context.pipeline.stages:
            if stage.inputs.get("data") == flow.stage.id:
                context.report(stage, *_asking_for_classes(stage))


def _asking_for_classes(stage: Stage) -> Iterator[Problem]:
    spec = stage.spec
    if isinstance(spec, Measures) and spec.metrics is not None:
        what = f"{' and '.join(one.name for one in spec.metrics)} can only be measured of classes"
        yield _problem(what, ("metrics",), "leave metrics out: the loss is measured")
    if isinstance(spec, Measures) and spec.views is not None:
        what = "views are averaged as probabilities of classes"
        yield _problem(what, ("views",), "leave views out")
    if isinstance(spec, Monitors) and spec.monitor == "val_accuracy":
        what = "val_accuracy can only be measured of classes"
        yield _problem(what, ("monitor",), "write monitor: val_loss")
    # What compares outputs with targets and not by a loss shows classes.
    if "model" in spec.needs() and spec.takes_targets() and not isinstance(spec, UsesLoss):
        yield _problem(f"{stage.id} names classes", (), "leave this stage out")


def _problem(what: str, path: Path, help_: str) -> Problem:
    return Problem(f"{what}, and the targets are numbers", path, "classes", help_)
