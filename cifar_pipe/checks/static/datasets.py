"""Datasets that cannot be made, stand-ins that do not fit, single images that cannot be divided."""

from __future__ import annotations

from cifar_pipe.catalog.images.dataset_checks import problems
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem

CODES = ("data",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        context.report(flow.stage, *(one.below("dataset") for one in problems(flow.spec.dataset)))
        if flow.spec.validation_split is not None and flow.facts.train == 1:
            message = "there is one training image, and none can be set aside of it"
            help_ = "leave validation_split out, or use more images"
            context.report(flow.stage, Problem(message, ("validation_split",), "data", help_))
