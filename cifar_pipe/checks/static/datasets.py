"""Datasets that cannot be made, stand-ins that do not fit, single images that cannot be divided."""

from __future__ import annotations

from cifar_pipe.catalog.images.dataset_checks import problems
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem

CODES = ("data",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        for problem in problems(flow.spec.dataset):
            context.report(problem.below("dataset"), flow.stage)
        if flow.spec.validation_split is not None and flow.facts.train == 1:
            context.report(
                Problem(
                    "there is one training image, and none can be set aside of it",
                    ("validation_split",),
                    "data",
                    "leave validation_split out, or use more images",
                ),
                flow.stage,
            )
